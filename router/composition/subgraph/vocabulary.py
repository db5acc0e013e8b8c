"""What a schema's links let it say: the local name of every known directive and type, and its definition."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from graphql import (
    DirectiveDefinitionNode,
    EnumTypeDefinitionNode,
    InputObjectTypeDefinitionNode,
    ScalarTypeDefinitionNode,
    TypeDefinitionNode,
)

from . import specs
from .links import Links
from .model import DirectiveDef, EnumValueDef, InputDef, Kind, TypeDef
from .read import directive_def, input_def
from .type_refs import named

_GRAPHQL = """
directive @skip(if: Boolean!) on FIELD | FRAGMENT_SPREAD | INLINE_FRAGMENT
directive @include(if: Boolean!) on FIELD | FRAGMENT_SPREAD | INLINE_FRAGMENT
directive @deprecated(reason: String = "No longer supported") on
  FIELD_DEFINITION | ARGUMENT_DEFINITION | INPUT_FIELD_DEFINITION | ENUM_VALUE
directive @specifiedBy(url: String!) on SCALAR
directive @oneOf on INPUT_OBJECT
directive @defer(label: String, if: Boolean! = true) on FRAGMENT_SPREAD | INLINE_FRAGMENT
directive @stream(label: String, if: Boolean = true, initialCount: Int = 0) on FIELD
"""
GRAPHQL_DIRECTIVES = frozenset(("skip", "include", "deprecated", "specifiedBy", "oneOf", "defer", "stream"))

# What an upgraded Federation 1 schema imports, if it defines it.
ADOPTED = frozenset(("shareable", "inaccessible", "override", "composeDirective", "interfaceObject"))
ADOPTED_VERSION = (2, 4)


@dataclass(slots=True)
class Vocabulary:
    """Known elements by local name. ``version`` is the schema's federation version."""

    version: specs.Version
    directives: dict[str, tuple[str, DirectiveDef]] = field(default_factory=dict)
    """Local name → (name in the specification, definition with local names)."""
    types: dict[str, TypeDef] = field(default_factory=dict)
    local_types: dict[str, str] = field(default_factory=dict)

    def known(self, name: str) -> str:
        """Give a directive's name in its specification; "" for any other directive."""
        found = self.directives.get(name)
        return found[0] if found else ""

    def adopt(self, defined: Iterable[str]) -> None:
        """Take directives that a Federation 1 schema defines by federation's names for federation's."""
        if self.version >= (2, 0):
            return
        spec = specs.spec(specs.FEDERATION, ADOPTED_VERSION)
        assert spec
        for name in ADOPTED & set(defined):
            self.directives[name] = (name, _directive(spec.directives[name], name, name, {}))


def build_vocabulary(links: Links) -> Vocabulary:
    """Collect what the known features among the links define."""
    federation = links.feature(specs.FEDERATION)
    vocabulary = Vocabulary(federation.url.version if federation else (1, 0))
    _add(vocabulary, specs.Spec(_GRAPHQL), lambda element: element)
    if not federation:
        _add(vocabulary, specs.federation_1(), lambda element: element)
    for feature in links.features:
        spec = specs.spec(feature.url.identity, feature.url.version)
        if spec:
            _add(vocabulary, spec, feature.local)
    return vocabulary


def _add(vocabulary: Vocabulary, spec: specs.Spec, local: Callable[[str], str]) -> None:
    renamed = {name: local(name) for name in spec.types}
    for name, node in spec.types.items():
        vocabulary.types[renamed[name]] = _type(node, renamed)
    for name, directive in spec.directives.items():
        here = local("@" + name).removeprefix("@")
        vocabulary.directives[here] = (name, _directive(directive, here, name, renamed))


def _directive(node: DirectiveDefinitionNode, here: str, known: str, renamed: dict[str, str]) -> DirectiveDef:
    arguments = {a.name.value: _input(input_def(a, []), renamed) for a in node.arguments}
    definition = directive_def(node, known, arguments, built_in=True)
    definition.name = here
    definition.node = None
    return definition


def _input(element: InputDef, renamed: dict[str, str]) -> InputDef:
    name = named(element.type)
    element.type = element.type.replace(name, renamed.get(name, name))
    element.node = None
    return element


def _type(node: TypeDefinitionNode, renamed: dict[str, str]) -> TypeDef:
    kinds: dict[type[TypeDefinitionNode], Kind] = {
        ScalarTypeDefinitionNode: "SCALAR",
        EnumTypeDefinitionNode: "ENUM",
        InputObjectTypeDefinitionNode: "INPUT_OBJECT",
    }
    type_ = TypeDef(None, renamed[node.name.value], None, [], kinds[type(node)])
    if isinstance(node, EnumTypeDefinitionNode):
        type_.values = {v.name.value: EnumValueDef(None, v.name.value, None, []) for v in node.values}
    if isinstance(node, InputObjectTypeDefinitionNode):
        type_.inputs = {f.name.value: _input(input_def(f, []), renamed) for f in node.fields}
    return type_
