"""What identifies nobody and therefore stays. Data only."""

from __future__ import annotations

#: Mail systems whose own hosts and senders are part of the formats that they write.
PROVIDERS = frozenset(
    """
    google.com googlemail.com 1e100.net outlook.com office365.com microsoft.com exchangelabs.com hotmail.com live.com
    yahoo.com yahoo.co.jp yahoodns.net aol.com aol.net icloud.com apple.com me.com mac.com amazonses.com amazonaws.com
    gmx.net gmx.de gmx.com web.de kundenserver.de 1und1.de ionos.com t-online.de freenet.de posteo.de mailbox.org strato.com
    strato.de orange.fr wanadoo.fr free.fr laposte.net sfr.fr ovh.net gandi.net infomaniak.ch bluewin.ch libero.it aruba.it
    tiscali.it mail.ru yandex.ru yandex.net rambler.ru ukr.net i.ua seznam.cz wp.pl onet.pl home.pl qq.com 163.com 126.com
    netease.com sina.com aliyun.com naver.com daum.net hanmail.net docomo.ne.jp ezweb.ne.jp softbank.ne.jp biglobe.ne.jp
    nifty.com comcast.net verizon.net att.net cox.net charter.net secureserver.net rackspace.com emailsrvr.com sendgrid.net
    mailgun.org mailgun.net mandrillapp.com sparkpostmail.com mailchimp.com mcsv.net brevo.com sendinblue.com mtasv.net
    postmarkapp.com mimecast.com pphosted.com proofpoint.com messagelabs.com barracudanetworks.com iphmx.com fastmail.com
    messagingengine.com protonmail.ch proton.me zoho.com zohomail.com mailru.com spamhaus.org surbl.org barracudacentral.org
    """.split()
)  # fmt: skip

#: Top-level domains that nobody owns (RFC 2606, RFC 6761), and what lies below them.
RESERVED = ("example", "test", "invalid", "localhost", "local", "example.com", "example.net", "example.org")

#: Local parts of programs and roles, and the words of return paths.
ROLES = frozenset(
    """
    abuse admin administrator billing bounce bounces catchall complaints daemon delivery dmarc donotreply feedback hostmaster
    info mail mailer mailerdaemon maildaemon mailinglist marketing microsoftexchange msprvs news newsletter no noc noreply
    notification notifications notify office owner postmaster postmasters prvs btv reply report reports request return returns
    root rua ruf sales security service srs srs0 srs1 subscribe support system team unsubscribe usenet verp webmaster www
    daemon com de net org
    """.split()
)

#: Words in names of machines.
MACHINES = frozenset(
    """
    aspmx bulk cluster de edge eu exchange fe filter fw gateway gw host imap in inbound internal lan list lists listserv local
    mail mailgw mailhost mailin mailout mailrelay mta mx ns out outbound outgoing pop post prod protection relay sendmail server
    smtp smtpin smtpout us vps web webmail www
    """.split()
)

#: Words of names that are no names of people or companies.
NO_NAMES = frozenset(
    """
    account accounts admin administrator and bounce company customer daemon dear delivery department desk der die and und et
    exchange from gmbh group help helpdesk inc info kundenservice limited list ltd mail mailer mailbox manager message microsoft
    news newsletter notification noreply office online outlook postmaster reply sales sender server service services shop
    abuse auto automatic automatically bytes delayed display displayed failed failure fraud html manually mdn plain redacted
    reply report returned sent text virus
    spam status subsystem support system systems team technical the undelivered user via web your
    """.split()
)

#: What looks like a top-level domain and is the ending of a file, or of a class of Java.
FILES = frozenset(
    """
    asc bat bin bmp cfg cgi conf css csv dat doc docx eml exe gif gz htm html ics ini java jpeg jpg js json log md mp3 mp4
    msg odt ods pdf php png pps ppt pptx ps rar rtf sig svg tar tif tiff tmp txt vcf wav xls xlsx xml yaml yml zip exception
    """.split()
)

#: Top-level domains of more than two letters that are common; those of two letters all count.
TOP_LEVEL = frozenset(
    """
    com net org info biz edu gov mil int name mobi pro tel aero coop museum travel jobs app dev online shop store site website
    cloud tech agency berlin hamburg koeln wien bayern ruhr swiss paris london nyc email company group services solutions
    consulting digital media systems world today life live blog wiki club xyz top space example test invalid local localhost
    internal lan corp home intern
    """.split()
)

#: Fields that hold dates, or only words of standards.
LEFT_AS_THEY_ARE = frozenset(
    """
    date resent-date delivery-date arrival-date last-attempt-date will-retry-until expires mime-version
    content-transfer-encoding content-language auto-submitted precedence importance priority x-priority x-msmail-priority
    action status feedback-type version disposition content-class accept-language received-date incidents
    """.split()
)

#: Fields whose value is nothing but signatures and encoded marks: every longer piece of it is changed.
OPAQUE = (
    "dkim-signature", "x-google-dkim-signature", "arc-", "x-gm-message-state", "x-google-smtp-source", "thread-index",
    "x-ms-exchange-antispam", "x-microsoft-antispam", "x-forefront", "x-ms-exchange-crosstenant", "x-ms-exchange-transport",
    "x-ms-exchange-organization", "x-provags-id", "x-ui-out-filterresults", "x-sid-", "x-ym-", "x-proofpoint-",
)  # fmt: skip
