"""The register of benefits that elders were told of and helped to apply for (告知其依法申请)."""

from api.store import tables
from api.store.cases import Cases


class PolicyApplications(Cases):
    model = tables.PolicyApplication
    noun = "policy_application"
