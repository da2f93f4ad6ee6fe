"""What an installation begins with: kinds of events, lists of values, purposes of consent, drawers.
People change all of it in the product."""

import hashlib

from django.utils import timezone

from leads.vocabulary import titles

# key, label, something the person did, and the further names under which senders tell of it
KINDS = [
    ("page", "Page viewed", True, []),
    ("form", "Form sent", True, ["Form Submitted", "Form Sent"]),
    ("track", "Something else", True, []),
    ("demo_request", "Demo requested", True, ["Demo Requested"]),
    ("contact_request", "Contact requested", True, ["Contact Requested"]),
    ("case_study", "Case study downloaded", True, ["Case Study Downloaded"]),
    ("white_paper", "White paper downloaded", True, ["White Paper Downloaded", "Whitepaper Downloaded"]),
    ("roi_calculator", "ROI calculator used", True, ["ROI Calculator Used"]),
    ("social_click", "Social post clicked", True, []),
    ("webinar", "Webinar attended", True, ["Webinar Attended"]),
    ("email_open", "E-mail opened", True, ["Email Opened"]),
    ("email_click", "E-mail link clicked", True, ["Email Clicked", "Email Link Clicked"]),
    ("sign_up", "Signed up", True, ["Signed Up", "Account Created", "User Registered"]),
    ("unsubscribe", "Unsubscribed", False, ["Unsubscribed", "Email Unsubscribed"]),
    ("bounce", "E-mail bounced", False, ["Email Bounced", "Bounced"]),
    ("product_used", "Product used", True, ["Signed In", "Feature Used"]),
    ("product_limit", "Product limit reached", True, []),
    ("upgrade_request", "Upgrade requested", True, []),
    ("technical", "Technical event of a library", False, []),
    ("click", "Clicked", True, ["Clicked", "Button Clicked", "Link Clicked"]),
    ("email_sent", "E-mail sent", False, ["Email Sent"]),
    ("email_delivered", "E-mail delivered", False, ["Email Delivered"]),
    ("spam_report", "Marked as spam", False, ["Email Marked as Spam", "Spam Complaint"]),
    ("webinar_registered", "Webinar registered", True, ["Registered for Webinar"]),
    ("trial", "Trial started", True, ["Trial Started"]),
    ("intent", "Interest seen elsewhere", False, ["Intent Topic", "Intent Surge", "Topic Surge"]),
    ("email_received", "E-mail received", True, []),
    ("auto_reply", "Automatic reply", False, []),
]
OF_THE_PRODUCT = ("product_used", "product_limit", "upgrade_request")

# Addresses that live for ten minutes.
DISPOSABLE = """
    0-mail.com 10minutemail.com 10minutemail.net 20minutemail.com 33mail.com anonbox.net boun.cr burnermail.io
    byom.de cock.li discard.email discardmail.com dispostable.com dropmail.me emailondeck.com fakeinbox.com
    fakemail.net getairmail.com getnada.com grr.la guerrillamail.biz guerrillamail.com guerrillamail.de
    guerrillamail.info guerrillamail.net guerrillamail.org guerrillamailblock.com harakirimail.com inboxbear.com
    incognitomail.org jetable.org mail-temp.com mailcatch.com maildrop.cc mailexpire.com mailinator.com
    mailinator.net mailinator2.com mailnesia.com mailnull.com mailpoof.com mailsac.com meltmail.com minuteinbox.com
    mintemail.com mohmal.com mytemp.email mytrashmail.com nada.email nowmymail.com pokemail.net sharklasers.com
    spam4.me spambog.com spambox.us spamex.com spamgourmet.com spamfree24.org temp-mail.io temp-mail.org
    tempail.com tempinbox.com tempmail.com tempmail.dev tempmail.net tempmailo.com tempr.email throwawaymail.com
    trash-mail.com trash-mail.de trashmail.com trashmail.de trashmail.net trashmail.ws wegwerfmail.de
    wegwerfmail.net wegwerfmail.org yopmail.com yopmail.fr yopmail.net zetmail.com
"""

# key, name, description, covers what the person does, first text
PURPOSES = [
    (
        "email", "News by e-mail", "Newsletters, invitations and offers that nobody asked for one by one.", False,
        "I agree to receive news and offers by e-mail. I can say no at any time.",
    ),
    (
        "phone", "Calls", "Calls that the person did not ask for.", False,
        "I agree to be called about products and services. I can say no at any time.",
    ),
    (
        "activity", "Following visits", "What the person does on our pages counts in scores.", True,
        "I agree that my visits are followed, so that you can tell what I am interested in. I can say no at any time.",
    ),
]

# position, kind, name, confidence in per cent, what it fills
DRAWERS = [
    (1, "email", "Class of the e-mail", 98, [[["class"], "custom.email_class"]]),
    (2, "phone", "Country of the phone", 90, [[["country"], "country"]]),
    (3, "domain", "Country of the domain", 60, [[["country"], "country"]]),
    (4, "title", "What the title says", 85, [[["seniority"], "custom.seniority"], [["department"], "custom.department"]]),
    (5, "company", "Company as people say it", 90, [[["plain"], "custom.company_plain"]]),
    (1000, "visits", "Visiting companies", 70, []),
]


def write(apps, schema_editor):
    """Write all of it into empty tables."""
    _kinds(apps.get_model("leads", "EventKind"))
    _lists(apps.get_model("leads", "ValueList"))
    _purposes(apps.get_model("leads", "ConsentPurpose"), apps.get_model("leads", "ConsentText"))
    drawer = apps.get_model("leads", "Drawer")
    drawer.objects.bulk_create(
        drawer(position=position, kind=kind, name=name, confidence=confidence, fills=fills)
        for position, kind, name, confidence, fills in DRAWERS
    )


def _kinds(kind):
    kind.objects.bulk_create(
        kind(key=key, label=label, is_engagement=did, is_product=key in OF_THE_PRODUCT, names=names)
        for key, label, did, names in KINDS
    )


def _lists(kept):
    lists = [(key, name, "values", values) for key, name, values in titles.LISTS]
    lists += [(key, name, "seniority", words) for key, name, words in titles.SENIORITY]
    lists += [(key, name, "department", words) for key, name, words in titles.DEPARTMENT]
    rows = [
        kept(key=key, name=name, kind=kind, values=values, position=position)
        for position, (key, name, kind, values) in enumerate(lists, 1)
    ]
    disposable = kept(
        key="disposable_mail", name="Disposable e-mail providers", kind="values", values=DISPOSABLE.split(),
        position=90,
    )  # fmt: skip
    kept.objects.bulk_create([*rows, disposable])


def _purposes(purpose, consent_text):
    at = timezone.now()
    for position, (key, name, description, covers, text) in enumerate(PURPOSES, 1):
        made = purpose.objects.create(
            key=key, name=name, description=description, covers_activity=covers, position=position
        )
        digest = hashlib.sha256(text.encode()).hexdigest()
        consent_text.objects.create(purpose=made, version=1, text=text, digest=digest, created_at=at)
