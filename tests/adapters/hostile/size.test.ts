import { describe, expect, test } from '@jest/globals';
import { troubleOf } from '../http/peer.ts';
import { type Act, calls, hostilePeer } from './peer.ts';

const megabyte = 1024 * 1024;

/** `head`, then `piece` again and again until so many bytes were asked for, then `tail`; counts what the other side took. */
const endless = (head: string, piece: string, bytes: number, tail: string) => {
  const sent = { bytes: 0 };
  const block = Buffer.from(piece.repeat(Math.ceil((64 * 1024) / piece.length)));
  const act: Act = (socket) => {
    socket.write(`HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nconnection: close\r\n\r\n${head}`);
    const more = (): void => {
      while (sent.bytes < bytes) {
        sent.bytes += block.length;
        if (socket.destroyed) return;
        if (!socket.write(block)) return void socket.once('drain', more);
      }
      socket.end(tail);
    };
    more();
  };
  return { act, sent };
};

/** Lists in which every entry is wrong, by the call that reads one. */
const wrongEntries: Readonly<Record<string, string>> = {
  'erp journalOutcomes': '{"batchId":"B-1","status":"Completed","fileSha256":"x","journals":[',
  'erp receivables': '{"next":"1","more":false,"value":[',
  'crm accounts': '{"value":[',
  'crm quotes': '{"value":[',
  'wms messages': '{"next":"1","messages":[',
  'tax calculate': '{"code":"I-1","status":"Saved","customerCode":"C","currencyCode":"USD","totalTax":0,"lines":[',
};

const usedMb = (): number => process.memoryUsage().rss / megabyte;

describe('an answer of the wrong kind', () => {
  test.each(
    Object.entries(wrongEntries),
  )('%s: hundreds of thousands of wrong entries are one complaint', async (name, head) => {
    const { act } = endless(head, '{},', 3 * megabyte, '{}]}');
    const peer = await hostilePeer(act, { timeoutMs: 20_000 });
    const before = usedMb();
    const outcome = await calls[name]?.(peer).catch((error: unknown) => error);
    expect(outcome).toMatchObject({ name: 'PartnerUnavailable', class: 'BAD_RESPONSE' });
    expect(String(outcome).length).toBeLessThan(300);
    // A complaint for each of them took two gigabytes.
    expect(usedMb() - before).toBeLessThan(600);
  });
});

describe('an answer without end', () => {
  test.each(Object.entries(calls))('%s is given up long before it fills the memory', async (_, call) => {
    const { act, sent } = endless('{"a":"', 'x'.repeat(1_000), 2_000 * megabyte, '"}');
    const peer = await hostilePeer(act);
    expect(['BAD_RESPONSE', 'TIMEOUT']).toContain(await troubleOf(call(peer)));
    // The largest answer that anything has a use for, twice tried, and what the sockets hold.
    expect(sent.bytes).toBeLessThan(100 * megabyte);
  });
});
