import { createHash } from 'node:crypto';

/** Our own name space (RFC 9562, version 5). Changing it would give every journal another id on the next rebuild. */
const nameSpace = Buffer.from('6f2d1c5a8b7e4f4c9d3a52e1b07c64d8', 'hex');

/** UUIDv5(eventId : templateId : ledger): the same event gives the same journal, however often it is read (spec 4.8). */
export const journalIdFor = (eventId: string, templateId: string, ledger: string): string => {
  const bytes = createHash('sha1')
    .update(nameSpace)
    .update(`${eventId}:${templateId}:${ledger}`, 'utf8')
    .digest()
    .subarray(0, 16);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x50, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  const hex = bytes.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
};
