const crockford = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** 32 well mixed bits of `n`: ids of a real log are spread over their whole range, and so must these be for its indexes. */
const mixed = (n: number, salt: number): number => {
  let bits = Math.imul(n ^ (n >>> 16) ^ Math.imul(salt, 0x9e3779b1), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return (bits ^ (bits >>> 16)) >>> 0;
};

const hex = (value: number, digits: number): string => value.toString(16).padStart(digits, '0');

/** A different UUID for every `n` up to 2^48. */
export const uuidOf = (n: number): string => {
  const low = mixed(n, 2);
  return `${hex(mixed(n, 1), 8)}-${hex(low >>> 16, 4)}-5${hex(low & 0xfff, 3)}-8000-${hex(n, 12)}`;
};

const digits = (value: number, count: number): string => {
  let text = '';
  for (let rest = value; text.length < count; rest = Math.floor(rest / 32)) text = crockford.charAt(rest % 32) + text;
  return text;
};

/** An id in the shape of a ULID that grows with `n`, as ids of orders do. */
export const growingId = (n: number): string => `01M0${digits(n, 22)}`;

/** An id in the shape of a ULID that is spread out, as ids derived from a cause are. `salt` tells kinds apart. */
export const spreadId = (n: number, salt: number): string =>
  `${digits(mixed(n, salt) >>> 2, 6)}${digits(salt, 2)}${digits(n, 18)}`;
