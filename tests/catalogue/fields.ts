import {
  type Checker,
  type Symbol as Sign,
  SymbolFlags,
  type Type,
  TypeFlags,
  type TypeReference,
} from 'typescript/unstable/sync';

/** A place in an event's data: `[]` is every element of a list, `{}` every value that is kept under a name of its own. */
export type Field = {
  readonly path: string;
  /** What it holds, as words: `text`, `list`, `` one of `A`, `B` ``. */
  readonly type: string;
  readonly isOptional: boolean;
  readonly isNullable: boolean;
  /** What the code says of it. */
  readonly meaning: string;
};

type Member = { readonly sign: Sign; readonly type: Type; readonly isSure: boolean };

const depthMax = 8;

const has = (type: Type, flags: TypeFlags): boolean => (type.flags & flags) !== 0;
const partsOf = (type: Type): readonly Type[] => (type.isUnionType() ? type.getTypes() : [type]);
const oneLine = (text: string): string => text.replaceAll(/\s+/g, ' ').trim();

/** What is left of a union when nothing is a choice of it. */
const present = (type: Type): readonly Type[] =>
  partsOf(type).filter((part) => !has(part, TypeFlags.Null | TypeFlags.Undefined));

const literals = (parts: readonly Type[]): readonly string[] | undefined => {
  const texts = parts.map((part) => (part.isStringLiteralType() || part.isNumberLiteralType() ? `${part.value}` : ''));
  return texts.length > 0 && !texts.includes('') ? texts : undefined;
};

/** Of each property what the members of a union say; it is sure where all of them have it. */
const membersOf = (checker: Checker, parts: readonly Type[]): ReadonlyMap<string, readonly Member[]> => {
  const found = new Map<string, Member[]>();
  for (const part of parts)
    for (const sign of checker.getPropertiesOfType(part)) {
      const type = checker.getTypeOfSymbol(sign);
      if (type === undefined) continue;
      const isSure = (sign.flags & SymbolFlags.Optional) === 0;
      found.set(sign.name, [...(found.get(sign.name) ?? []), { sign, type, isSure }]);
    }
  return found;
};

const wordOf = (checker: Checker, parts: readonly Type[]): string => {
  const choices = literals(parts);
  if (choices !== undefined)
    return choices.length === 1 ? `\`${choices[0]}\`` : `one of ${choices.map((choice) => `\`${choice}\``).join(', ')}`;
  if (parts.every((part) => has(part, TypeFlags.StringLike))) return 'text';
  if (parts.every((part) => has(part, TypeFlags.NumberLike))) return 'whole number';
  if (parts.every((part) => has(part, TypeFlags.BooleanLike))) return parts.length === 1 ? 'always true' : 'yes or no';
  if (parts.every((part) => has(part, TypeFlags.Unknown | TypeFlags.Any))) return 'any JSON';
  if (parts.every((part) => checker.isArrayType(part))) return 'list';
  return parts.length > 0 && parts.every((part) => has(part, TypeFlags.Object | TypeFlags.Intersection))
    ? 'object'
    : parts.map((part) => checker.typeToString(part)).join(' or ');
};

const below = (checker: Checker, parts: readonly Type[], path: string, depth: number): readonly Field[] => {
  if (depth > depthMax) return [];
  const elements = parts.flatMap((part) =>
    checker.isArrayType(part) ? checker.getTypeArguments(part as TypeReference) : [],
  );
  if (elements.length > 0) return inside(checker, elements, `${path}[]`, depth);
  const objects = parts.filter((part) => has(part, TypeFlags.Object | TypeFlags.Intersection));
  if (objects.length === 0) return [];
  const named = objects.flatMap((part) => checker.getIndexInfosOfType(part).map(({ valueType }) => valueType));
  return named.length > 0
    ? inside(checker, named, `${path}{}`, depth)
    : fieldsOf(checker, objects, `${path}.`, depth + 1);
};

/** Of what a list or a set of names holds: a row of its own only where it holds plain values. */
const inside = (checker: Checker, types: readonly Type[], path: string, depth: number): readonly Field[] => {
  const parts = types.flatMap(present);
  const type = wordOf(checker, parts);
  const isNullable = types.some((each) => partsOf(each).some((part) => has(part, TypeFlags.Null)));
  const own = { path, type, isOptional: false, isNullable, meaning: '' };
  const deeper = below(checker, parts, path, depth);
  return type === 'object' ? deeper : [own, ...deeper];
};

/** Everything that is in an object of one of these types, in the order in which it is declared. */
export const fieldsOf = (checker: Checker, types: readonly Type[], path = '', depth = 0): readonly Field[] =>
  [...membersOf(checker, types)].flatMap(([name, members]) => {
    const parts = members.flatMap(({ type }) => present(type));
    const unique = [...new Map(parts.map((part) => [part.id, part])).values()];
    const meaning = members
      .map(({ sign }) => oneLine(sign.getDocumentationComment(checker)))
      .find((text) => text !== '');
    const own: Field = {
      path: `${path}${name}`,
      type: wordOf(checker, unique),
      isOptional: members.length < types.length || members.some(({ isSure }) => !isSure),
      isNullable: members.some(({ type }) => partsOf(type).some((part) => has(part, TypeFlags.Null))),
      meaning: meaning ?? '',
    };
    return [own, ...below(checker, unique, own.path, depth)];
  });
