import { createCipheriv, createDecipheriv, createHmac, hkdfSync } from 'node:crypto';

const cipher = 'aes-256-gcm';
const nonceBytes = 12;
const tagBytes = 16;
export const keyBytes = 32;
/** Lengths are rounded up, because the length of a name stays to be seen when the key is gone. */
const blockBytes = 32;

/** What one key of a subject seals with. */
export type DataKey = { readonly encrypting: Uint8Array; readonly naming: Uint8Array };

/** Two keys out of one, so that a nonce says nothing about what is encrypted with it. */
export const dataKeyOf = (secret: Uint8Array): DataKey => {
  const both = Buffer.from(hkdfSync('sha256', secret, '', 'throughline personal text', 2 * keyBytes));
  return { encrypting: both.subarray(0, keyBytes), naming: both.subarray(keyBytes) };
};

const padded = (text: string): Buffer => {
  const bytes = Buffer.from(text, 'utf8');
  const whole = Buffer.alloc(Math.ceil((bytes.length + 1) / blockBytes) * blockBytes);
  bytes.copy(whole);
  whole[bytes.length] = 0x80;
  return whole;
};

const unpadded = (bytes: Buffer): string => bytes.subarray(0, bytes.lastIndexOf(0x80)).toString('utf8');

/**
 * AES-256-GCM. The nonce is a function of key, place and text: the same text at the same place is the same box, so a repeated
 * append is byte for byte what it was, and another text at the same place never meets a nonce that was used.
 */
export const sealBox = ({ encrypting, naming }: DataKey, place: string, text: string): string => {
  const named = createHmac('sha256', naming).update(`${place.length}|${place}|${text}`, 'utf8').digest();
  const nonce = named.subarray(0, nonceBytes);
  const sealing = createCipheriv(cipher, encrypting, nonce).setAAD(Buffer.from(place, 'utf8'));
  const sealed = Buffer.concat([nonce, sealing.update(padded(text)), sealing.final(), sealing.getAuthTag()]);
  return sealed.toString('base64url');
};

/** Undefined: the box was made with another key, for another place, or was changed. */
export const openBox = ({ encrypting }: DataKey, place: string, box: string): string | undefined => {
  const bytes = Buffer.from(box, 'base64url');
  if (bytes.length < nonceBytes + tagBytes) return undefined;
  try {
    const opening = createDecipheriv(cipher, encrypting, bytes.subarray(0, nonceBytes), { authTagLength: tagBytes })
      .setAAD(Buffer.from(place, 'utf8'))
      .setAuthTag(bytes.subarray(-tagBytes));
    return unpadded(Buffer.concat([opening.update(bytes.subarray(nonceBytes, -tagBytes)), opening.final()]));
  } catch {
    return undefined;
  }
};
