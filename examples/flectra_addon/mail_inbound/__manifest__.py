{
    "name": "Inbound mail, understood",
    "summary": "Detects bounces, finds the record and folds quotes with flectra_inbound",
    "version": "0.1.0",
    "category": "Discuss",
    "author": "The flectra_inbound developers",
    "license": "Other OSI approved licence",
    "depends": ["mail"],
    "installable": True,
}
