const membersOf = (value: object): readonly (readonly [string, unknown])[] =>
  Object.entries(value).filter(([, member]) => member !== undefined);

/** Equal as JSON: the order of members does not matter, the order of a list does, an absent member equals `undefined`. */
export const sameContent = (a: unknown, b: unknown): boolean => {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a) || Array.isArray(b)) {
    if (!Array.isArray(a) || !Array.isArray(b) || a.length !== b.length) return false;
    return a.every((element, index) => sameContent(element, b[index]));
  }
  const left = membersOf(a);
  const right = new Map(membersOf(b));
  return (
    left.length === right.size && left.every(([key, member]) => right.has(key) && sameContent(member, right.get(key)))
  );
};
