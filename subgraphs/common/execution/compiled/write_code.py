"""An operation's plan in, Python source and the constants it names out.

Two kinds of functions are written for the objects of a plan:

    def p3(s):             # plain: only attributes are read below, so it may be given up and done again
        return {"id": v if type(v := s.id) is str else read1(v), …}

    def c4(s, p, x):       # careful: calls resolvers, knows its position `p`, stores late values in place
        x.left -= 1        # the fields that it has (see `limits.py`)
        if x.left < 0: x.exhausted()
        r = {}
        q = (p, S5, r)
        try:
            r["user"] = None
            x.pending.append((F5(s, info=make_info(x, q)), q, c6))
        except Exception as e:
            r["user"] = x.failed(e, q)
        return r

A plain object met by careful code is wrapped once more: where its plain function gives up, it is done field
by field, so that only the unusual value goes to graphql-core.
"""

from __future__ import annotations

import keyword
from collections.abc import Iterator
from itertools import chain, groupby
from typing import Any

from .completion import (
    ByClass,
    ObjectSpots,
    apart,
    complete_abstract,
    complete_leaf,
    complete_list,
    plain_list,
    plain_object,
)
from .leaves import leaf_expression, make_reader
from .plan import (
    AbstractShape,
    Attribute,
    Call,
    Core,
    FieldPlan,
    LeafShape,
    ListShape,
    ObjectPlan,
    ObjectShape,
    Resolve,
    Shape,
    TypeName,
    weight_of,
)
from .position import Spot
from .resolve_info import make_info, raw_info
from .sources import SourceCheck

_GIVEN = {
    "apart": apart, "complete_abstract": complete_abstract, "complete_list": complete_list,
    "plain_list": plain_list, "plain_object": plain_object, "ByClass": ByClass,
    "make_info": make_info, "raw_info": raw_info,
}  # fmt: skip


class Writer:
    """Source in the making; functions are written before those that call them."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.names: dict[str, Any] = dict(_GIVEN)
        self._bound: dict[int, str] = {}
        self._readers: dict[tuple[int, bool], tuple[str, Any]] = {}
        self._plain: dict[int, str] = {}
        self._careful: dict[tuple[int, bool], str] = {}
        self._spots: dict[int, tuple[str, Spot]] = {}
        self._count = 0

    def source(self) -> str:
        """The module written so far."""
        return "\n".join(self.lines) + "\n"

    def root(self, plan: ObjectPlan) -> list[str]:
        """One function `(s, r, x)` for each field of the root, in order."""
        return [self._root_field(field) for field in plan.fields]

    def _root_field(self, field: FieldPlan) -> str:
        body = list(self._group([field])) if field.pure else list(self._field(field))
        name = self._name("root")
        self._define(f"{name}(s, r, x)", ["p = None", *body])
        return name

    # Plain code

    def _plain_object(self, plan: ObjectPlan) -> str:
        """`p3(s)`, or `p3(s, x)` if there are lists to be counted; beside it `p3_known`, the classes that it
        takes, and `p3_any`, for all other values.
        """
        if found := self._plain.get(id(plan)):
            return found
        name = self._plain[id(plan)] = self._name("p")
        items = [f"{field.key!r}: {self._plain_field(field)}" for field in plan.fields]
        check = SourceCheck(plan.type)
        self.names[f"{name}_check"], self.names[f"{name}_known"] = check, check.known
        self._define(f"{name}({_given(plan, 's')})", ["return {", *(f"    {item}," for item in items), "}"])
        self.lines.append(f"{name}_any = plain_object({name}, {name}_check, {plan.has_lists})")
        return name

    def _plain_field(self, field: FieldPlan) -> str:
        if isinstance(field.source, TypeName) or field.shape is None:
            return repr(field.parent.name)
        return self._plain_value(field.shape, self._attribute(field))

    def _plain_value(self, shape: Shape, value: str) -> str:
        if isinstance(shape, LeafShape):
            reader = self._reader(shape)
            return leaf_expression(shape.type, shape.nullable, value, reader, self._bind)
        name = value if value.isidentifier() else "v"
        first = name if name == value else f"({name} := {value})"
        if shape.nullable:
            return f"None if {first} is None else {self._plain_present(shape, name, name)}"
        return self._plain_present(shape, first, name)

    def _plain_present(self, shape: Shape, first: str, name: str) -> str:
        match shape:
            case ObjectShape():
                plain = self._plain_object(shape.plan)
                given = _given(shape.plan, name)
                return f"{plain}({given}) if type({first}) in {plain}_known else {plain}_any({name}, x)"
            case ListShape():
                plain = self._plain_list(shape)
                return f"{plain}({name}, x) if type({first}) is list else {plain}_any({name}, x)"
            case AbstractShape():
                return f"{self._plain_abstract(shape)}[type({first})]({name}, x)"
            case LeafShape():
                raise AssertionError("leaves have expressions of their own")

    def _plain_list(self, shape: ListShape) -> str:
        item = self._plain_value(shape.item, "i")
        name = self._name("l")
        spent = _spend(f"{1 + weight_of(shape.item)} * len(v)")
        self._define(f"{name}(v, x)", [*spent, f"return [{item} for i in v]"])
        self.lines.append(f"{name}_any = plain_list({name})")
        return name

    def _plain_abstract(self, shape: AbstractShape) -> str:
        name, type_ = self._name("t"), self._bind(shape.type)
        members = ", ".join(f"{plan.type.name!r}: {self._plain_object(plan)}_any" for plan in shape.plans)
        self.lines.append(f"{name} = ByClass({type_}, {{{members}}})")
        return name

    # Careful code

    def _complete(self, shape: Shape) -> str:
        """The name of a function `(value, position, execution)` that completes values of a shape."""
        match shape:
            case LeafShape():
                return self._bind(complete_leaf(self.names[self._reader(shape)]))
            case ObjectShape():
                return self._object(shape.plan, shape.nullable)
            case ListShape():
                return self._list(shape)
            case AbstractShape():
                return self._abstract(shape)

    def _object(self, plan: ObjectPlan, nullable: bool) -> str:
        if found := self._careful.get((id(plan), nullable)):
            return found
        name = self._careful[id(plan), nullable] = self._name("c")
        if plan.pure:
            self._plain_object_with_care(name, plan, nullable)
        else:
            self._careful_object(name, plan, nullable)
        return name

    def _plain_object_with_care(self, name: str, plan: ObjectPlan, nullable: bool) -> None:
        plain = self._plain_object(plan)
        spots = ObjectSpots(
            self.names[f"{plain}_check"], tuple(self._spot(field)[1] for field in plan.fields)
        )
        value = f"{plain}({_given(plan, 's')}) if type(s) in {plain}_known else {plain}_any(s, x)"
        none = ["if s is None: return None"] if nullable else []
        body = [
            *none,
            *_spend(plan.weight),
            "try:",
            f"    return {value}",
            "except Exception:",
            f"    return apart(s, p, x, {name}, {self._bind(spots)})",
        ]
        self._define(f"{name}(s, p, x)", body)

    def _careful_object(self, name: str, plan: ObjectPlan, nullable: bool) -> None:
        body: list[str] = []
        for pure, fields in groupby(plan.fields, key=lambda field: field.pure):
            members = list(fields)
            body += self._group(members) if pure else chain.from_iterable(map(self._field, members))
        check = SourceCheck(plan.type)
        known, check_name = self._bind(check.known), self._bind(check)
        none = ["if s is None: return None"] if nullable else []
        admit = (
            f"if type(s) not in {known} and not {check_name}.admit(s, x, p): return x.unusual(s, p, {name})"
        )
        self._define(f"{name}(s, p, x)", [*none, admit, *_spend(plan.weight), "r = {}", *body, "return r"])

    def _list(self, shape: ListShape) -> str:
        item = self._complete(shape.item)
        name = self._name("c")
        plain = self._plain_list(shape) if shape.pure else "None"
        self.lines.append(f"{name} = complete_list({item}, {plain}, {shape.item.nullable})")
        return name

    def _abstract(self, shape: AbstractShape) -> str:
        name, type_ = self._name("c"), self._bind(shape.type)
        members = ", ".join(f"{plan.type.name!r}: {self._object(plan, False)}" for plan in shape.plans)
        self.lines.append(f"{name} = complete_abstract({type_}, {{{members}}})")
        return name

    def _group(self, fields: list[FieldPlan]) -> Iterator[str]:
        """Neighbouring plain fields: together, and one by one if that fails."""
        if all(isinstance(field.source, TypeName) for field in fields):
            yield from (f"r[{field.key!r}] = {field.parent.name!r}" for field in fields)
            return
        spots = self._bind(tuple(self._spot(field)[1] for field in fields))
        yield "try:"
        yield from (f"    r[{field.key!r}] = {self._plain_field(field)}" for field in fields)
        yield "except Exception:"
        yield f"    x.fields(s, p, r, {spots})"

    def _field(self, field: FieldPlan) -> Iterator[str]:
        spot, _ = self._spot(field)
        key = f"r[{field.key!r}]"
        marked = field.shape is not None and not isinstance(field.shape, LeafShape) and field.shape.nullable
        yield f"q = (p, {spot}, r)"
        if marked:
            yield "m = len(x.pending)"
        yield "try:"
        yield from (f"    {line}" for line in self._value(field, spot, key))
        yield "except Exception as e:"
        yield f"    {key} = x.failed(e, q{', m' if marked else ''})"

    def _value(self, field: FieldPlan, spot: str, key: str) -> Iterator[str]:
        if field.shape is None:
            yield f"{key} = x.core_field(s, q)"
            return
        call, complete = self._call(field, spot), self._complete(field.shape)
        if getattr(field.source, "is_async", False):
            yield f"{key} = None"
            yield f"x.pending.append(({call}, q, {complete}))"
        elif isinstance(field.shape, LeafShape):
            value = leaf_expression(field.shape.type, field.shape.nullable, "v", "read", self._bind)
            yield f"v = {call}"
            yield f"{key} = {value.replace('read(v)', f'{complete}(v, q, x)')}"
        else:
            yield f"{key} = {complete}({call}, q, x)"

    def _call(self, field: FieldPlan, spot: str) -> str:
        match field.source:
            case Attribute():
                return self._attribute(field)
            case Call():
                return self._direct_call(field.source)
            case Resolve():
                arguments = f", **{spot}.arguments(x.variables)" if field.definition.args else ""
                return f"{self._bind(field.source.function)}(s, raw_info(x, q){arguments})"
            case TypeName() | Core():
                raise AssertionError("these have no call")

    def _direct_call(self, source: Call) -> str:
        given = ["s"] if source.takes_self else []
        given += [f"{name}=s" for name in source.parent_names]
        if source.info_name:
            given.append(f"{source.info_name}=make_info(x, q)")
        if not source.arguments.empty:
            given.append(f"**{self._bind(source.arguments)}.keywords(x.variables, x.remembered)")
        return f"{self._bind(source.function)}({', '.join(given)})"

    # Names

    def _attribute(self, field: FieldPlan) -> str:
        source = field.source
        assert isinstance(source, Attribute)
        if source.default_resolver is not getattr:
            return f"{self._bind(source.default_resolver)}(s, {source.name!r})"
        if source.name.isidentifier() and not keyword.iskeyword(source.name):
            return f"s.{source.name}"
        return f"getattr(s, {source.name!r})"

    def _spot(self, field: FieldPlan) -> tuple[str, Spot]:
        if found := self._spots.get(id(field)):
            return found
        spot = Spot(field.key, field.nodes, field.parent, field.definition, field.strawberry_field)
        name = self._bind(spot)
        self._spots[id(field)] = name, spot
        if isinstance(field.source, TypeName):
            spot.constant = field.parent.name
        elif isinstance(field.source, Core):
            spot.left_to_core = field.source.reason
        elif isinstance(field.source, Attribute) and field.shape is not None:
            spot.attribute = (field.source.default_resolver, field.source.name)
            if field.pure:
                self.lines.append(f"{name}.complete = {self._complete(field.shape)}")
        return name, spot

    def _reader(self, shape: LeafShape) -> str:
        key = (id(shape.type), shape.nullable)
        if key not in self._readers:
            reader = make_reader(shape.type, shape.nullable)
            self._readers[key] = self._bind(reader, f"read_{shape.type.name}_"), reader
        return self._readers[key][0]

    def _bind(self, value: Any, prefix: str = "k") -> str:
        name = self._bound.get(id(value))
        if name is None:
            name = self._bound[id(value)] = self._name(prefix)
            self.names[name] = value
        return name

    def _name(self, prefix: str) -> str:
        self._count += 1
        return f"{prefix}{self._count}"

    def _define(self, head: str, body: list[str]) -> None:
        self.lines.append(f"def {head}:")
        self.lines += [f"    {line}" for line in body]


def _given(plan: ObjectPlan, name: str) -> str:
    """The arguments of a plan's plain function."""
    return f"{name}, x" if plan.has_lists else name


def _spend(values: int | str) -> list[str]:
    """Count values before they are made; written out, as a call would cost more than what it counts."""
    return [f"x.left -= {values}", "if x.left < 0: x.exhausted()"]
