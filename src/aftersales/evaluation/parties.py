"""The parties of an evaluation (4.1, 6.1.1, 7.1): the evaluating body, its assessors, the evaluated organisation."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

from aftersales.files.fields import Bounded, Model, NoneIsEmpty, Text

__all__ = ["Assessor", "EvaluatingBody", "Subject"]


class EvaluatingBody(Model):
    """The body that evaluates and certifies (评价机构, reading R18).

    Fields:
        name: The name of the body.
        approval_number: The number of its approval (批准号).
        address: The address.
        telephone: The telephone number.
        name_en: The name in English, for papers in English.
        address_en: The address in English, for papers in English.
        lookup: Where its certificates can be looked up, for their papers.

    >>> EvaluatingBody(name="华信认证中心", approval_number="CNCA-R-2026-999").name
    '华信认证中心'
    """

    name: Text
    approval_number: Text | None = None
    address: Text | None = None
    telephone: Text | None = None
    name_en: Text | None = None
    address_en: Text | None = None
    lookup: Text | None = None


class Subject(Model):
    """The evaluated organisation (评价对象).

    Fields:
        organisation: The name of the organisation.
        organisation_en: The name in English, for papers in English.
        credit_code: The unified social credit code (统一社会信用代码). Foreign organisations have none.
        address: The address.
        address_en: The address in English, for papers in English.
        product_category: The product category (6.1.4, 6.1.5).
        size_tier: The size tier (6.1.5).
        scope: The scope of the evaluation (7.1).
        scope_en: The scope in English, for papers in English.
        sites: The sites in the scope, such as shops and service outlets, each with its address.
    """

    organisation: Text | None = None
    organisation_en: Text | None = None
    credit_code: Text | None = None
    address: Text | None = None
    address_en: Text | None = None
    product_category: Text | None = None
    size_tier: Text | None = None
    scope: Text | None = None
    scope_en: Text | None = None
    sites: Annotated[tuple[Text, ...], Bounded, NoneIsEmpty] = ()

    if TYPE_CHECKING:

        def __init__(
            self,
            *,
            organisation: str | None = None,
            organisation_en: str | None = None,
            credit_code: str | None = None,
            address: str | None = None,
            address_en: str | None = None,
            product_category: str | None = None,
            size_tier: str | None = None,
            scope: str | None = None,
            scope_en: str | None = None,
            sites: Sequence[str] = (),
        ) -> None: ...


class Assessor(Model):
    """A member of the team (审查人员, 6.1.1).

    Fields:
        name: The name, as in ``confirmed_by``.
        role: The role, such as ``lead``.
        qualification: The qualification.
        organisation: The organisation for which the assessor works.
    """

    name: Text
    role: Text | None = None
    qualification: Text | None = None
    organisation: Text | None = None
