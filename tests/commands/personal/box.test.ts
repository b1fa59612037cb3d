import { randomBytes } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { dataKeyOf, openBox, sealBox } from '../../../commands/personal/box.ts';

const key = dataKeyOf(randomBytes(32));
const place = '1|customer:ACME.C-1001|1|e1|reason';
const nonceOf = (box: string): string => Buffer.from(box, 'base64url').subarray(0, 12).toString('hex');

describe('a box', () => {
  test('gives back what was put in, whatever it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(openBox(key, place, sealBox(key, place, text))).toBe(Buffer.from(text, 'utf8').toString('utf8'));
      }),
    );
  });

  test('is byte for byte the same for the same text at the same place, and shares no nonce with any other', () => {
    expect(sealBox(key, place, 'moved away')).toBe(sealBox(key, place, 'moved away'));
    const others = [
      sealBox(key, place, 'moved away'),
      sealBox(key, place, 'moved back'),
      sealBox(key, '1|customer:ACME.C-1001|1|e2|reason', 'moved away'),
      sealBox(dataKeyOf(randomBytes(32)), place, 'moved away'),
    ];
    expect(new Set(others.map(nonceOf)).size).toBe(others.length);
  });

  test('does not open with another key, at another place, or when any byte was changed', () => {
    const box = sealBox(key, place, 'moved away');
    expect(openBox(dataKeyOf(randomBytes(32)), place, box)).toBeUndefined();
    expect(openBox(key, '1|customer:ACME.C-1002|1|e1|reason', box)).toBeUndefined();
    const bytes = Buffer.from(box, 'base64url');
    for (let index = 0; index < bytes.length; index += 1) {
      const changed = Buffer.from(bytes);
      changed[index] = (changed[index] as number) ^ 1;
      expect(openBox(key, place, changed.toString('base64url'))).toBeUndefined();
    }
    for (const short of ['', 'AAAA', box.slice(0, 30)]) expect(openBox(key, place, short)).toBeUndefined();
  });

  test('does not say how long a short text is', () => {
    const lengths = ['', 'J', 'Johanna', 'x'.repeat(31)].map((text) => sealBox(key, place, text).length);
    expect(new Set(lengths).size).toBe(1);
  });
});
