from youlin.apps.passes.models.declared import PassKind
from youlin.apps.passes.models.keys import SigningKey
from youlin.apps.passes.models.passes import Binding, Check, Pass
from youlin.apps.passes.models.subjects import SubjectImport, SubjectImportRow

__all__ = ["Binding", "Check", "Pass", "PassKind", "SigningKey", "SubjectImport", "SubjectImportRow"]
