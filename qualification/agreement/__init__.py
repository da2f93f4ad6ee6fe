"""The agreement between marketing and sales: what MQL and SQL mean, and what each side promises."""
