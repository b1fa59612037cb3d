import { generateKeyPairSync, sign } from 'node:crypto';

// Just enough of DER (X.690) to write one certificate.
const tlv = (tag: number, ...parts: readonly Uint8Array[]): Buffer => {
  const body = Buffer.concat(parts);
  const length = body.length < 128 ? [body.length] : [0x82, body.length >> 8, body.length & 255];
  return Buffer.concat([Buffer.from([tag, ...length]), body]);
};
const sequence = (...parts: readonly Uint8Array[]): Buffer => tlv(0x30, ...parts);
const oid = (hex: string): Buffer => tlv(0x06, Buffer.from(hex, 'hex'));
const text = (tag: number, value: string): Buffer => tlv(tag, Buffer.from(value));

const ecdsaWithSha256 = sequence(oid('2a8648ce3d040302'));
const nameOf = (commonName: string): Buffer => sequence(tlv(0x31, sequence(oid('550403'), text(0x0c, commonName))));
const utcTime = (date: Date): Buffer =>
  text(
    0x17,
    `${date
      .toISOString()
      .replace(/[-:T]|\.\d+/g, '')
      .slice(2)}`,
  );

const extensions = (): Buffer => {
  const loopback = tlv(0x30, text(0x82, 'localhost'), tlv(0x87, Buffer.from([127, 0, 0, 1])));
  const authority = sequence(tlv(0x01, Buffer.from([0xff])));
  return tlv(
    0xa3,
    sequence(
      sequence(oid('551d11'), tlv(0x04, loopback)),
      sequence(oid('551d13'), tlv(0x01, Buffer.from([0xff])), tlv(0x04, authority)),
    ),
  );
};

/** A key and a certificate for this machine that is its own authority, for a day. */
export const selfSigned = (): { readonly key: Buffer; readonly certificate: Buffer } => {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const name = nameOf('eventstoredb-node');
  const dayMs = 86_400_000;
  const body = sequence(
    tlv(0xa0, tlv(0x02, Buffer.from([2]))),
    tlv(0x02, Buffer.from([1])),
    ecdsaWithSha256,
    name,
    sequence(utcTime(new Date(Date.now() - dayMs)), utcTime(new Date(Date.now() + dayMs))),
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    extensions(),
  );
  const signature = tlv(0x03, Buffer.from([0]), sign('sha256', body, privateKey));
  const base64 = sequence(body, ecdsaWithSha256, signature).toString('base64').replace(/.{64}/g, '$&\n');
  return {
    key: Buffer.from(privateKey.export({ type: 'pkcs8', format: 'pem' })),
    certificate: Buffer.from(`-----BEGIN CERTIFICATE-----\n${base64}\n-----END CERTIFICATE-----\n`),
  };
};
