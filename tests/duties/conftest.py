"""The same district office as in the tests of duty."""

from tests.duty.conftest import office as office
