/** What the engine needs for a value beside its text, and for an entry of an object or a list. */
const bytesPerValue = 16;

/**
 * Bytes of memory that plain data takes (big integers and maps may be in it), near enough for a limit; names of fields are
 * shared by all that have them. Costs some 20 ns a value.
 */
export const memorySize = (value: unknown): number => {
  if (typeof value === 'string') return bytesPerValue + value.length;
  if (typeof value !== 'object' || value === null) return bytesPerValue;
  if (value instanceof Map || value instanceof Set) return memorySize([...value]);
  let bytes = bytesPerValue;
  for (const part of Object.values(value)) bytes += bytesPerValue + memorySize(part);
  return bytes;
};
