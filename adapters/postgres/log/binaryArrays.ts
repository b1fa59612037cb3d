/**
 * Arrays of one dimension in the wire's binary form, for statements that carry many values: neither side quotes, looks for
 * separators or reads numbers from text. The driver sends a parameter that is a `Buffer` in this form.
 */

const boolOid = 16;
const textOid = 25;
const int4Oid = 23;
const uuidOid = 2950;
const headerBytes = 20;
const lengthBytes = 4;
const boolBytes = 1;
const int4Bytes = 4;
const uuidBytes = 16;

/** Dimensions, whether there are nulls, the element's type, and of the one dimension its size and first index. */
const begun = (oid: number, size: number, elementsBytes: number): Buffer => {
  const array = Buffer.allocUnsafe(headerBytes + elementsBytes);
  array.writeInt32BE(1, 0);
  array.writeInt32BE(0, 4);
  array.writeInt32BE(oid, 8);
  array.writeInt32BE(size, 12);
  array.writeInt32BE(1, 16);
  return array;
};

export const textArray = (values: readonly string[]): Buffer => {
  let bytes = 0;
  for (const value of values) bytes += lengthBytes + Buffer.byteLength(value);
  const array = begun(textOid, values.length, bytes);
  let at = headerBytes;
  for (const value of values) {
    const written = array.write(value, at + lengthBytes);
    array.writeInt32BE(written, at);
    at += lengthBytes + written;
  }
  return array;
};

export const intArray = (values: readonly number[]): Buffer => {
  const array = begun(int4Oid, values.length, values.length * (lengthBytes + int4Bytes));
  let at = headerBytes;
  for (const value of values) {
    array.writeInt32BE(int4Bytes, at);
    array.writeInt32BE(value, at + lengthBytes);
    at += lengthBytes + int4Bytes;
  }
  return array;
};

export const boolArray = (values: readonly boolean[]): Buffer => {
  const array = begun(boolOid, values.length, values.length * (lengthBytes + boolBytes));
  let at = headerBytes;
  for (const value of values) {
    array.writeInt32BE(boolBytes, at);
    array.writeInt8(value ? 1 : 0, at + lengthBytes);
    at += lengthBytes + boolBytes;
  }
  return array;
};

/** UUIDs in their usual form; whoever gives anything else has checked nothing. */
export const uuidArray = (values: readonly string[]): Buffer => {
  const array = begun(uuidOid, values.length, values.length * (lengthBytes + uuidBytes));
  let at = headerBytes;
  for (const value of values) {
    array.writeInt32BE(uuidBytes, at);
    const written = array.write(value.replaceAll('-', ''), at + lengthBytes, 'hex');
    if (written !== uuidBytes) throw new RangeError(`not a UUID: ${value}`);
    at += lengthBytes + uuidBytes;
  }
  return array;
};
