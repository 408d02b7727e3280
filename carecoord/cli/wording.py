"""
French sentences of what a person meets when starting carecoord: what to do first, then the details.
"""

from __future__ import annotations

from carecoord.kernel.errors import DomainError

SENTENCES = {
    "account_missing": "PostgreSQL ne fonctionne pas sous le compte root, et le compte dédié ne peut pas "
    "être créé : lancez carecoord sous un compte ordinaire, ou donnez CARECOORD_DATABASE_URL",
    "database_not_migrated": "la base n'est pas à jour : lancez carecoord database upgrade",
    "database_read_only": "la base est en lecture seule : donnez l'adresse du serveur principal",
    "database_unavailable": "la base de données ne répond pas : vérifiez qu'elle tourne, "
    "et CARECOORD_DATABASE_URL si elle est ailleurs",
    "embedded_broken": "les programmes de PostgreSQL ne fonctionnent pas sur cette machine : "
    "donnez CARECOORD_DATABASE_URL",
    "embedded_missing": "le PostgreSQL embarqué n'est pas installé : relancez make setup, "
    "ou donnez CARECOORD_DATABASE_URL",
    "embedded_unsupported": "le PostgreSQL embarqué demande Linux ou macOS : donnez CARECOORD_DATABASE_URL",
    "folder_closed": "le dossier des données est fermé au compte de la base : lancez carecoord sous le "
    "compte qui l'a créé, ou donnez un autre dossier avec CARECOORD_HOME",
    "home_not_usable": "les données ne peuvent pas être écrites : "
    "donnez avec CARECOORD_HOME un dossier où vous pouvez écrire",
    "initdb_failed": "la base de données n'a pas pu être créée : vérifiez la place libre sur le disque",
    "lock_timeout": "un autre carecoord occupe le dossier des données : attendez ou arrêtez-le",
    "passwords_missing": "le fichier des mots de passe de la base manque : remettez-le depuis la sauvegarde",
    "server_not_starting": "PostgreSQL ne démarre pas : vérifiez la place libre sur le disque",
    "server_not_stopping": "PostgreSQL ne s'arrête pas",
    "server_version_mismatch": "les données ont été écrites par une autre version de PostgreSQL : "
    "voir docs/operations/database.md",
}


def sentence(error: DomainError) -> str:
    """The French sentence of an error with its details, or its message when there is none."""
    known = SENTENCES.get(error.code)
    return f"{known} ({error.message})" if known else error.message
