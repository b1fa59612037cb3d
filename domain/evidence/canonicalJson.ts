const isPlain = (value: object): boolean => {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
};

/** Longer lists of keys are left to the engine's sort, which copies; moving grows with the square of the length. */
const insertedMax = 24;

/** RFC 8785 sorts by UTF-16 code units, which is what comparing JavaScript strings does. Most objects are short or in order already. */
const sortedKeys = (value: object): readonly string[] => {
  const keys = Object.keys(value);
  if (keys.length > insertedMax) return keys.sort();
  for (let index = 1; index < keys.length; index += 1) {
    const key = keys[index] as string;
    let place = index;
    for (; place > 0 && (keys[place - 1] as string) > key; place -= 1) keys[place] = keys[place - 1] as string;
    if (place < index) keys[place] = key;
  }
  return keys;
};

const canonicalObject = (value: object): string => {
  if (!isPlain(value)) throw new RangeError('only plain objects have a canonical form');
  const members = value as Readonly<Record<string, unknown>>;
  let text = '';
  for (const key of sortedKeys(members)) {
    const member = members[key];
    if (member !== undefined) text += `${text === '' ? '' : ','}${canonicalText(key)}:${canonicalJson(member)}`;
  }
  return `{${text}}`;
};

/** Printable ASCII without quotation mark and backslash stands for itself: nearly every key and value of an event. */
const plainText = /^[ !#-[\]-~]*$/;

const canonicalText = (text: string): string => {
  if (plainText.test(text)) return `"${text}"`;
  if (!text.isWellFormed()) throw new RangeError('a lone surrogate has no canonical form');
  return JSON.stringify(text);
};

/**
 * Canonical JSON (RFC 8785): one text for one value, so that its hash can be compared. `undefined` members are left
 * out as in JSON. Throws `RangeError` for what JSON cannot hold exactly: non-finite numbers, bigint, functions, lone
 * surrogates, objects of a class.
 */
export const canonicalJson = (value: unknown): string => {
  if (value === null || typeof value === 'boolean') return String(value);
  if (typeof value === 'string') return canonicalText(value);
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw new RangeError(`${value} has no canonical form`);
    return JSON.stringify(value);
  }
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value === 'object') return canonicalObject(value);
  throw new RangeError(`a ${typeof value} has no canonical form`);
};
