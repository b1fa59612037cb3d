/** What the engine needs for a value beside its text, and for an entry of an object or a list. */
const bytesPerValue = 16;
/** An entry of a map is its key and its value, and the pair that they are. */
const bytesPerMapEntry = 4 * bytesPerValue;

const sizeOfMap = (map: ReadonlyMap<unknown, unknown>): number => {
  let bytes = bytesPerValue;
  for (const [key, part] of map) bytes += bytesPerMapEntry + memorySize(key) + memorySize(part);
  return bytes;
};

const sizeOfList = (list: Iterable<unknown>): number => {
  let bytes = bytesPerValue;
  for (const part of list) bytes += bytesPerValue + memorySize(part);
  return bytes;
};

/** Its fields are walked where they are: a list of them, made for each object, costs five times as much as the walk. */
const sizeOfFields = (fields: Readonly<Record<string, unknown>>): number => {
  let bytes = bytesPerValue;
  for (const name in fields) bytes += bytesPerValue + memorySize(fields[name]);
  return bytes;
};

/**
 * Bytes of memory that plain data takes (big integers and maps may be in it), near enough for a limit; names of fields are
 * shared by all that have them. Costs some 5 ns a value.
 */
export const memorySize = (value: unknown): number => {
  if (typeof value === 'string') return bytesPerValue + value.length;
  if (typeof value !== 'object' || value === null) return bytesPerValue;
  if (Array.isArray(value) || value instanceof Set) return sizeOfList(value);
  return value instanceof Map ? sizeOfMap(value) : sizeOfFields(value as Readonly<Record<string, unknown>>);
};
