// A persistent map in key order: a weight-balanced tree whose changes copy only the path to the changed node, so a hot
// stock stream with thousands of open reservations costs O(log n) per event and every earlier state stays intact.
// Balance follows Adams' trees with the parameters proven by Hirai and Yamamoto (delta 3, ratio 2).

type Node<V> = {
  readonly key: string;
  readonly value: V;
  readonly left: OrderedMap<V>;
  readonly right: OrderedMap<V>;
  readonly size: number;
};

export type OrderedMap<V> = Node<V> | null;

const delta = 3;
const ratio = 2;

export const sizeOf = <V>(map: OrderedMap<V>): number => (map === null ? 0 : map.size);

const node = <V>(key: string, value: V, left: OrderedMap<V>, right: OrderedMap<V>): Node<V> => ({
  key,
  value,
  left,
  right,
  size: sizeOf(left) + sizeOf(right) + 1,
});

const rotateLeft = <V>(key: string, value: V, left: OrderedMap<V>, right: Node<V>): Node<V> => {
  const inner = right.left;
  if (inner === null || inner.size < ratio * sizeOf(right.right)) {
    return node(right.key, right.value, node(key, value, left, inner), right.right);
  }
  const outer = node(right.key, right.value, inner.right, right.right);
  return node(inner.key, inner.value, node(key, value, left, inner.left), outer);
};

const rotateRight = <V>(key: string, value: V, left: Node<V>, right: OrderedMap<V>): Node<V> => {
  const inner = left.right;
  if (inner === null || inner.size < ratio * sizeOf(left.left)) {
    return node(left.key, left.value, left.left, node(key, value, inner, right));
  }
  const outer = node(left.key, left.value, left.left, inner.left);
  return node(inner.key, inner.value, outer, node(key, value, inner.right, right));
};

const balanced = <V>(key: string, value: V, left: OrderedMap<V>, right: OrderedMap<V>): Node<V> => {
  const leftSize = sizeOf(left);
  const rightSize = sizeOf(right);
  if (leftSize + rightSize > 1) {
    if (right !== null && rightSize > delta * leftSize) return rotateLeft(key, value, left, right);
    if (left !== null && leftSize > delta * rightSize) return rotateRight(key, value, left, right);
  }
  return node(key, value, left, right);
};

export const valueAt = <V>(map: OrderedMap<V>, key: string): V | undefined => {
  let at = map;
  while (at !== null) {
    if (key === at.key) return at.value;
    at = key < at.key ? at.left : at.right;
  }
  return undefined;
};

export const withEntry = <V>(map: OrderedMap<V>, key: string, value: V): Node<V> => {
  if (map === null) return node(key, value, null, null);
  if (key === map.key) return node(key, value, map.left, map.right);
  return key < map.key
    ? balanced(map.key, map.value, withEntry(map.left, key, value), map.right)
    : balanced(map.key, map.value, map.left, withEntry(map.right, key, value));
};

const firstOf = <V>(map: Node<V>): Node<V> => {
  let at = map;
  while (at.left !== null) at = at.left;
  return at;
};

const joined = <V>(left: OrderedMap<V>, right: OrderedMap<V>): OrderedMap<V> => {
  if (left === null) return right;
  if (right === null) return left;
  const next = firstOf(right);
  return balanced(next.key, next.value, left, withoutEntry(right, next.key));
};

/** The same map when `key` is not in it. */
export const withoutEntry = <V>(map: OrderedMap<V>, key: string): OrderedMap<V> => {
  if (map === null) return null;
  if (key === map.key) return joined(map.left, map.right);
  if (key < map.key) {
    const left = withoutEntry(map.left, key);
    return left === map.left ? map : balanced(map.key, map.value, left, map.right);
  }
  const right = withoutEntry(map.right, key);
  return right === map.right ? map : balanced(map.key, map.value, map.left, right);
};

/** Values in key order of the keys in (after, upTo]; null: there is no end. Only what lies there is visited. */
export function* valuesBetween<V>(map: OrderedMap<V>, after: string, upTo: string | null): Generator<V, void> {
  if (map === null) return;
  const isBehind = map.key > after;
  const isWithin = upTo === null || map.key <= upTo;
  if (isBehind) yield* valuesBetween(map.left, after, upTo);
  if (isBehind && isWithin) yield map.value;
  if (isWithin) yield* valuesBetween(map.right, after, upTo);
}

/** Values in key order; the caller may stop early. */
export function* valuesOf<V>(map: OrderedMap<V>): Generator<V, void> {
  const waiting: Node<V>[] = [];
  let at = map;
  while (at !== null || waiting.length > 0) {
    while (at !== null) {
      waiting.push(at);
      at = at.left;
    }
    const next = waiting.pop();
    if (next === undefined) return;
    yield next.value;
    at = next.right;
  }
}
