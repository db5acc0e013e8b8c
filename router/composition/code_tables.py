"""The text of the registry of codes (codes.py): ``CODE | what it means | what to do``, one a line."""
# ruff: noqa: E501

ERROR_TABLE = """
INVALID_GRAPHQL | The SDL is no valid GraphQL: it can't be parsed, names what doesn't exist, or breaks a rule of the GraphQL specification. | Fix the SDL at the place given.
LIMIT_EXCEEDED | An SDL, or the number of subgraphs, exceeds a limit of composition. | Raise the limit in the settings if the input is meant to be that large.
INVALID_REQUEST | A line given to `waybill compose --batch` is no request to compose. | Send `{"id": …, "subgraphs": [{"name": …, "url": …, "sdl": …}]}`.
INVALID_CONFIG | The file that lists the subgraphs can't be read as such. | Mend it at the file, line and key that the message names.
SDL_UNAVAILABLE | A running subgraph could not be asked for its SDL. | Start it, correct its URL, or name an SDL file as its `schema`.
INVALID_SCHEMA | A schema given to `waybill check` is no valid SDL or supergraph. | Mend it at the place that the message names.
INVALID_OPERATIONS | Operations given to `waybill check` or `plan` can't be read. | Name GraphQL files (`check`: or folders that hold some).
OUTPUT_UNWRITABLE | What `waybill compose` or `plan` should write can't be written. | Make its folder, or correct its permissions.
CONTRACT_EMPTY | A contract leaves no query that clients could start from. | Tag the fields of Query that belong to it.
INTERNAL_ERROR | Composition itself failed: a bug of ours. | Report it with the subgraphs that cause it.
INVALID_SUBGRAPH_NAME | A subgraph has no name, a reserved one, or another's. | Give each subgraph a name of its own.
DIRECTIVE_DEFINITION_INVALID | A schema defines a directive of a known specification differently from the specification. | Drop the definition; composition knows the directive.
TYPE_DEFINITION_INVALID | A schema defines a type of a known specification differently from the specification. | Drop the definition; composition knows the type.
INVALID_LINK_DIRECTIVE_USAGE | A `@link` can't be read, imports what doesn't exist, or gives a name that would mean something else. | Follow https://specs.apollo.dev/link/v1.0; rename with `as`.
INVALID_LINK_IDENTIFIER | The URL of a `@link` doesn't end in a name and a version. | Write it as `https://example.com/name/v1.0`.
LINK_IMPORT_NAME_MISMATCH | A directive that goes into the supergraph is imported under different names. | Import it under the same name in all subgraphs.
UNKNOWN_FEDERATION_LINK_VERSION | A schema links a version of federation that doesn't exist, or isn't known yet. | Link a version from v2.0 on.
UNKNOWN_LINK_VERSION | A schema links an unknown version of the link specification. | Link https://specs.apollo.dev/link/v1.0.
DIRECTIVE_COMPOSITION_ERROR | A `@composeDirective` can't be followed: no such directive, no linked feature, a name or version that differs between subgraphs. | Link one feature, in one major version, under one name, and define the directive.
KEY_INVALID_FIELDS_TYPE | The `fields` of a `@key` are no string. | Write `@key(fields: "a b { c }")`.
KEY_INVALID_FIELDS | The `fields` of a `@key` can't be parsed, or select what the type doesn't have. | Select fields of the type, without aliases.
KEY_FIELDS_HAS_ARGS | A `@key` selects a field that takes arguments. | Use fields without arguments.
KEY_FIELDS_SELECT_INVALID_TYPE | A `@key` selects a field that is an interface or a union. | Use fields of scalars, enums or objects.
KEY_DIRECTIVE_IN_FIELDS_ARG | The `fields` of a `@key` hold a directive. | Remove it.
KEY_UNSUPPORTED_ON_INTERFACE | An interface has a `@key`, which federation knows from v2.3 on. | Link federation v2.3 or later, or put the keys on the object types.
REQUIRES_INVALID_FIELDS_TYPE | The `fields` of a `@requires` are no string. | Write `@requires(fields: "a b { c }")`.
REQUIRES_INVALID_FIELDS | The `fields` of a `@requires` can't be parsed, select what this subgraph doesn't declare, or give arguments that other subgraphs don't take. | Declare what is required here, with `@external`; give the arguments that are mandatory.
REQUIRES_FIELDS_MISSING_EXTERNAL | A `@requires` selects a field that this subgraph resolves itself. | Mark the field `@external`, or leave it out.
REQUIRES_DIRECTIVE_IN_FIELDS_ARG | The `fields` of a `@requires` hold a directive. | Remove it.
REQUIRES_UNSUPPORTED_ON_INTERFACE | A `@requires` stands on an interface's field. | Put it on the fields of the object types.
PROVIDES_INVALID_FIELDS_TYPE | The `fields` of a `@provides` are no string. | Write `@provides(fields: "a b { c }")`.
PROVIDES_INVALID_FIELDS | The `fields` of a `@provides` can't be parsed, or select what this subgraph doesn't declare. | Declare what is provided here, with `@external`.
PROVIDES_FIELDS_HAS_ARGS | A `@provides` selects a field that takes arguments. | Use fields without arguments.
PROVIDES_FIELDS_MISSING_EXTERNAL | A `@provides` selects a field that this subgraph resolves anyway. | Mark the field `@external`, or leave it out.
PROVIDES_DIRECTIVE_IN_FIELDS_ARG | The `fields` of a `@provides` hold a directive. | Remove it.
PROVIDES_ON_NON_OBJECT_FIELD | A `@provides` stands on a field that returns no object, interface or union. | Remove it.
PROVIDES_UNSUPPORTED_ON_INTERFACE | A `@provides` stands on an interface's field. | Put it on the fields of the object types.
TYPE_WITH_ONLY_UNUSED_EXTERNAL | Of a Federation 1 type every field is `@external`, none is used, and something refers to the type. | Remove the type and what refers to it, or resolve one of its fields.
EXTERNAL_COLLISION_WITH_ANOTHER_DIRECTIVE | A field is `@external`, yet has a `@provides`. | Remove one of the two.
EXTERNAL_UNUSED | A field is `@external`, but nothing needs it here. | Remove the field, or its `@external`.
EXTERNAL_ON_INTERFACE | An interface's field is `@external`. | Put `@external` on the fields of the object types.
EXTERNAL_MISSING_ON_BASE | A field is `@external` in every subgraph that has it: nobody resolves it. | Define it without `@external` in one subgraph.
EXTERNAL_TYPE_MISMATCH | An `@external` field is declared with another type than where it is resolved. | Declare it with the same type.
EXTERNAL_ARGUMENT_MISSING | An `@external` field is declared without an argument that it has where it is resolved. | Declare the argument.
EXTERNAL_ARGUMENT_TYPE_MISMATCH | An argument of an `@external` field has another type than where the field is resolved. | Declare it with the same type.
EXTERNAL_ARGUMENT_DEFAULT_MISMATCH | An argument of an `@external` field has another default value than where the field is resolved. | Declare the same default value.
MERGED_DIRECTIVE_APPLICATION_ON_EXTERNAL | A directive that goes into the supergraph stands on an `@external` field, where it would have no effect. | Apply it where the field is resolved.
EXTENSION_WITH_NO_BASE | A schema extends a type that no subgraph defines; most often the name is misspelt. | Correct the name, or define the type in one of them.
ROOT_QUERY_USED | A type is called Query, but is not the query type. | Rename it.
ROOT_MUTATION_USED | A type is called Mutation, but is not the mutation type. | Rename it.
ROOT_SUBSCRIPTION_USED | A type is called Subscription, but is not the subscription type. | Rename it.
NO_QUERIES | No subgraph has a query. | Add a Query type with a field to one of them.
TYPE_KIND_MISMATCH | A type is an object in one subgraph and something else in another. | Define it alike everywhere, or rename one.
FIELD_TYPE_MISMATCH | A field has types in different subgraphs of which none fits the others. | Declare the same type everywhere.
FIELD_ARGUMENT_TYPE_MISMATCH | An argument has types in different subgraphs of which none fits the others. | Declare the same type everywhere.
FIELD_ARGUMENT_DEFAULT_MISMATCH | An argument has different default values. | Declare the same default value everywhere.
INPUT_FIELD_DEFAULT_MISMATCH | An input object's field has different default values. | Declare the same default value everywhere.
REQUIRED_ARGUMENT_MISSING_IN_SOME_SUBGRAPH | An argument must be given in one subgraph, but another doesn't have it; only common arguments reach the supergraph. | Add it everywhere, or make it nullable.
REQUIRED_INPUT_FIELD_MISSING_IN_SOME_SUBGRAPH | An input object's field must be given in one subgraph, but another doesn't have it; only common fields reach the supergraph. | Add it everywhere, or make it nullable.
EMPTY_MERGED_INPUT_TYPE | The subgraphs' versions of an input object have no field in common. | Give them a common field.
EMPTY_MERGED_ENUM_TYPE | An enum is used as input only, and the subgraphs' versions have no value in common. | Give them a common value.
ENUM_VALUE_MISMATCH | An enum is used as input and as output, but not with the same values everywhere. | Give it the same values, or make the odd ones `@inaccessible`.
INTERFACE_FIELD_NO_IMPLEM | A type lacks a field that another subgraph gave to an interface it implements. | Add the field to the type.
INVALID_FIELD_SHARING | Several subgraphs resolve a field that is not `@shareable` in all of them, or share a subscription. | Mark it `@shareable` everywhere, move it with `@override`, or resolve it in one.
INVALID_SHAREABLE_USAGE | `@shareable` stands on an interface's field, or twice on one declaration. | Remove it.
SHAREABLE_HAS_MISMATCHED_RUNTIME_TYPES | A shared field returns objects in one subgraph that another doesn't know, and none that both do. | Return common types, or resolve it in one subgraph.
SATISFIABILITY_ERROR | There is a query that no plan can answer; the message shows it. | Usually: add a `@key` so that the subgraph with the missing field can be asked.
MAX_VALIDATION_SUBGRAPH_PATHS_EXCEEDED | Proving that every query can be answered took more than the budget. | Raise the limit, or share fewer fields.
OVERRIDE_FROM_SELF_ERROR | A field overrides itself. | Name the subgraph that it comes from.
OVERRIDE_SOURCE_HAS_OVERRIDE | A field is overridden from a subgraph that overrides it too. | Keep one `@override`.
OVERRIDE_COLLISION_WITH_ANOTHER_DIRECTIVE | A field with `@override` is `@external`, the one it replaces has `@provides` or `@requires`, or one of them belongs to an interface object. | Remove one of the directives.
OVERRIDE_ON_INTERFACE | `@override` stands on an interface's field. | Override the fields of the object types.
OVERRIDE_LABEL_INVALID | The label of an `@override` is neither `percent(x)` nor a word. | Write `percent(0.5)`, or a word of letters, digits and `_-:./`.
INTERFACE_OBJECT_USAGE_ERROR | An `@interfaceObject` has no key, stands for no interface, or shares a subgraph with that interface's implementations. | Define the interface in one subgraph, the interface object with its key in others.
INTERFACE_KEY_NOT_ON_IMPLEMENTATION | A key of an interface is no key, or no resolvable one, of an implementation. | Add it to every implementation.
INTERFACE_KEY_MISSING_IMPLEMENTATION_TYPE | A subgraph can look an interface up by key, but doesn't know all its implementations. | Define the missing ones there.
CONTEXT_NAME_INVALID | A context's name is empty, or holds more than letters and digits. | Rename it.
CONTEXT_NOT_SET | A `@fromContext` names a context that no type sets, or stands where none can be read. | Add `@context` to a type above the field.
NO_CONTEXT_IN_SELECTION | A `@fromContext` doesn't begin with a context. | Write `@fromContext(field: "$context { field }")`.
CONTEXT_NO_RESOLVABLE_KEY | A field reads a context, but its type has no resolvable key. | Add a `@key`.
CONTEXT_INVALID_SELECTION | A `@fromContext` selects what isn't there, more or less than one value, or one of another type than the argument's. | Select one field of a fitting type for each type of the context.
CONTEXTUAL_ARGUMENT_NOT_CONTEXTUAL_IN_ALL_SUBGRAPHS | An argument is read from a context in one subgraph and must be given in another. | Make it nullable, give it a default, or read it from a context in both.
COST_APPLIED_TO_INTERFACE_FIELD | `@cost` stands on an interface's field. | Put it on the fields of the object types.
LIST_SIZE_APPLIED_TO_NON_LIST | `@listSize` stands on a field, or sizes one, that is no list. | Remove it, or name `sizedFields`.
LIST_SIZE_INVALID_ASSUMED_SIZE | `@listSize` assumes a negative size. | Give a size from 0 on.
LIST_SIZE_INVALID_SLICING_ARGUMENT | `@listSize` names a slicing argument that doesn't exist, or is no Int. | Name Int arguments of the field.
LIST_SIZE_INVALID_SIZED_FIELD | `@listSize` sizes fields of a type that has none of that name. | Name list fields of the returned type.
AUTH_REQUIREMENTS_APPLIED_ON_INTERFACE | An access rule stands on an interface, its field, or an interface object. | Put it on the object types; interfaces get theirs from them.
MISSING_TRANSITIVE_AUTH_REQUIREMENTS | A field reads protected fields, by `@requires` or a context, but is less protected itself. | Apply the same access rules to it.
QUERY_ROOT_TYPE_INACCESSIBLE | The query type is hidden from clients. | Hide its fields instead.
REFERENCED_INACCESSIBLE | Something clients see is of a type they don't see. | Hide it too, or show the type.
ONLY_INACCESSIBLE_CHILDREN | Clients see a type, but nothing in it. | Hide the type too.
IMPLEMENTED_BY_INACCESSIBLE | Clients see an interface's field (or argument), but not that of an implementation. | Hide both or none.
REQUIRED_INACCESSIBLE | An argument or input field that must be given is hidden from clients. | Make it nullable, give it a default, or show it.
DEFAULT_VALUE_USES_INACCESSIBLE | A default value that clients see uses something they don't see. | Change the default, or hide its element too.
"""

HINT_TABLE = """
CONTRACT_TAG_UNUSED | A contract names a tag that nothing in the graph bears. | Correct the tag's name, or remove it from the contract.
INCONSISTENT_BUT_COMPATIBLE_FIELD_TYPE | A field has different types that fit; the supergraph has the most general (for input, the strictest). | Declare the same type if the difference isn't meant.
INCONSISTENT_BUT_COMPATIBLE_ARGUMENT_TYPE | An argument has different types that fit; the supergraph has the strictest. | Declare the same type if the difference isn't meant.
INCONSISTENT_DEFAULT_VALUE_PRESENCE | A default value is declared in some subgraphs only, and left out of the supergraph. | Declare it everywhere, or nowhere.
INCONSISTENT_ENTITY | A type has a `@key` in some subgraphs, but not in all. | Add the key, if objects can be looked up there.
INCONSISTENT_OBJECT_VALUE_TYPE_FIELD | A type without keys lacks a field in some subgraphs; queries that come there can't get it. | Add the field everywhere.
INCONSISTENT_INTERFACE_VALUE_TYPE_FIELD | An interface without keys lacks a field in some subgraphs. | Add the field everywhere.
INCONSISTENT_INPUT_OBJECT_FIELD | An input object's field is missing in some subgraphs, and left out of the supergraph. | Add the field everywhere.
INCONSISTENT_UNION_MEMBER | A union lacks a member in some subgraphs. | Add the member, if those may return it.
INCONSISTENT_ENUM_VALUE_FOR_INPUT_ENUM | A value of an enum that is used as input is missing in some subgraphs, and left out of the supergraph. | Add the value everywhere.
INCONSISTENT_ENUM_VALUE_FOR_OUTPUT_ENUM | A value of an enum that is used as output is missing in some subgraphs. | Add the value, if those may return it.
UNUSED_ENUM_TYPE | An enum is used nowhere. | Remove it.
INCONSISTENT_ARGUMENT_PRESENCE | An argument is missing in some subgraphs, and left out of the supergraph. | Add it everywhere.
INCONSISTENT_DESCRIPTION | Something is described differently by the subgraphs; the most frequent description is kept. | Describe it alike, or in one place.
INCONSISTENT_EXECUTABLE_DIRECTIVE_PRESENCE | A directive for operations is not defined everywhere, and left out of the supergraph. | Define it in all subgraphs.
INCONSISTENT_EXECUTABLE_DIRECTIVE_LOCATIONS | A directive for operations is allowed at different places; the common ones are kept. | Allow the same places everywhere.
INCONSISTENT_EXECUTABLE_DIRECTIVE_REPEATABLE | A directive for operations is repeatable in some subgraphs only, so not in the supergraph. | Make it repeatable everywhere, or nowhere.
NO_EXECUTABLE_DIRECTIVE_INTERSECTION | A directive for operations is allowed at no common place, and left out of the supergraph. | Allow common places.
UNANSWERABLE_INTERFACE_FIELD | No subgraph answers an interface's field for every type that the object may be of, or no type implements the interface; operations that ask for it there are refused. | Ask for it type by type (`... on Type { field }`), or resolve it for all types in one subgraph.
RENAMED_ROOT_IN_ABSTRACT_TYPE | A root type that a subgraph calls by a name of its own is a member of a union, or implements an interface. This router tells its objects by the name that the supergraph notes; other routers know it as Query (Mutation, Subscription) alone, and can't. | Nothing, if this router serves the supergraph; for others, call it by its usual name in the subgraph, or take it out of the union or interface.
ACCESS_DIRECTIVES_NOT_ENFORCED | The graph protects elements by `@authenticated`, `@requiresScopes` or `@policy`, which this router does not enforce yet; it refuses to start with them unless it is told that the subgraphs do. | Let the subgraphs enforce access, and tell the router so by WAYBILL_ROUTER_ACCESS_DIRECTIVES=subgraphs; or run the supergraph in a router that enforces the directives.
ENTITY_WITHOUT_DEFINITION | The only subgraph extends an entity that it doesn't define. | Compose it with the subgraph that defines the type.
INCONSISTENT_RUNTIME_TYPES_FOR_SHAREABLE_RETURN | A shared field may return other objects in one subgraph than in another. | Make sure that both return the same.
MERGED_NON_REPEATABLE_DIRECTIVE_ARGUMENTS | A directive stands on one element with different arguments, which are combined. | Apply it with the same arguments.
INCONSISTENT_NON_REPEATABLE_DIRECTIVE_ARGUMENTS | A directive stands on one element with different arguments, of which the most frequent are kept. | Apply it with the same arguments.
UNQUOTED_STRING | A String argument of a directive is given a word without quotes, which GraphQL takes for an enum's value; it is read as a string. | Write it in quotes.
DIRECTIVE_COMPOSITION_INFO | A `@composeDirective` has no effect, or a feature is linked in several versions. | Remove it.
DIRECTIVE_COMPOSITION_WARN | A composed directive has another name in some subgraph, whose applications stay behind. | Import it under the same name.
FROM_SUBGRAPH_DOES_NOT_EXIST | An `@override` names a subgraph that doesn't exist. | Correct the name, or remove the `@override`.
OVERRIDE_DIRECTIVE_CAN_BE_REMOVED | The subgraph that an `@override` names doesn't have the field any more. | Remove the `@override`.
OVERRIDDEN_FIELD_CAN_BE_REMOVED | A field has been overridden, so it is not resolved here any more. | Remove it, or make it `@external` where it is still needed.
OVERRIDE_MIGRATION_IN_PROGRESS | A field is being moved from one subgraph to another by a label. | Nothing; finish by removing the label.
CONTEXTUAL_ARGUMENT_NOT_CONTEXTUAL_IN_ALL_SUBGRAPHS | An argument is read from a context in one subgraph and optional in another; clients can't give it. | Read it from a context in both.
IMPLICITLY_UPGRADED_FEDERATION_VERSION | A subgraph links a lower version of federation than a feature in use needs. | Link the version that the feature came with.
"""
