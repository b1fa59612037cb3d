type OrderedNode = { readonly key: string; readonly value: unknown; readonly left: unknown; readonly right: unknown };

const isOrderedNode = (value: object): value is OrderedNode =>
  Object.keys(value).sort().join() === 'key,left,right,size,value';

const entriesOf = (node: unknown): readonly (readonly [string, unknown])[] => {
  if (node === null) return [];
  const { key, value, left, right } = node as OrderedNode;
  return [...entriesOf(left), [key, value] as const, ...entriesOf(right)];
};

const plainEntries = (entries: Iterable<readonly [unknown, unknown]>): object =>
  Object.fromEntries([...entries].map(([key, value]) => [String(key), plainState(value)]));

/** A decider's state as JSON: integers of any size as text, maps of either kind as objects, sets as lists. */
export const plainState = (value: unknown): unknown => {
  if (typeof value === 'bigint') return value.toString();
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(plainState);
  if (value instanceof Map) return plainEntries(value);
  if (value instanceof Set) return [...value].map(plainState);
  if (isOrderedNode(value)) return plainEntries(entriesOf(value));
  return plainEntries(
    Object.entries(value).filter(([, member]) => member !== undefined && typeof member !== 'function'),
  );
};
