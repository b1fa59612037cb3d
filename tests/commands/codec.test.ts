import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { contentSha256, sha256Hex } from '../../commands/canonicalJson.ts';
import { eventTypes, schemaVersionOf, toDomain, UnknownEvent } from '../../commands/codec.ts';
import { derivedUlid, eventIdOf, newUlid, uuidV5 } from '../../commands/eventIds.ts';
import { envelop } from '../../commands/metadata.ts';
import { streamName } from '../../domain/eventLog.ts';
import { canonicalJson } from '../../domain/evidence/canonicalJson.ts';
import { ulidPattern } from '../../domain/ids.ts';
import { contextOf } from './commandContext.ts';
import { recorded } from './recorded.ts';

describe('canonical JSON (RFC 8785)', () => {
  test('sorts members by code units, at every depth, and keeps lists as they are', () => {
    const value = {
      '\u20ac': 'Euro',
      '\r': 'CR',
      '1': 'One',
      '\u{1f600}': 'Smiley',
      ö: 'o',
      b: [3, 1, { z: 1, a: null }],
    };
    expect(canonicalJson(value)).toBe(
      '{"\\r":"CR","1":"One","b":[3,1,{"a":null,"z":1}],"ö":"o","€":"Euro","😀":"Smiley"}',
    );
  });

  test('sorts few members and many alike, in whatever order they come', () => {
    const names = fc.uniqueArray(fc.string({ unit: 'binary', maxLength: 4 }), { maxLength: 60 });
    fc.assert(
      fc.property(names, (keys) => {
        const value = Object.fromEntries(keys.map((key) => [`k${key}`, 0]));
        fc.pre(Object.keys(value).every((key) => key.isWellFormed()));
        const sorted = Object.keys(value).sort();
        expect(canonicalJson(value)).toBe(`{${sorted.map((key) => `${JSON.stringify(key)}:0`).join(',')}}`);
      }),
    );
  });

  test('writes numbers as ECMAScript does', () => {
    expect(canonicalJson([1e21, 1e-7, 0.1 + 0.2, -0, Number('333333333.33333329')])).toBe(
      '[1e+21,1e-7,0.30000000000000004,0,333333333.3333333]',
    );
  });

  test('leaves out undefined members, so that an absent and an undefined member have one hash', () => {
    expect(contentSha256({ a: 1, b: undefined })).toBe(contentSha256({ a: 1 }));
    expect(contentSha256({ a: 1, b: 2 })).toBe(contentSha256({ b: 2, a: 1 }));
    expect(contentSha256({ a: '1' })).not.toBe(contentSha256({ a: 1 }));
  });

  test('refuses what JSON cannot hold exactly', () => {
    for (const value of [
      Number.NaN,
      Number.POSITIVE_INFINITY,
      1n,
      () => 1,
      Symbol('x'),
      undefined,
      new Date(),
      '\ud800',
      { a: new Map() },
    ]) {
      expect(() => canonicalJson(value)).toThrow(RangeError);
    }
  });

  test('hashes UTF-8 bytes', () => {
    expect(sha256Hex('')).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
  });
});

describe('ids', () => {
  test('of events are UUIDs of version 5 that depend on command and index only', () => {
    const ids = [0, 1].flatMap((index) => ['a', 'b'].map((command) => eventIdOf(command, index)));
    expect(new Set(ids).size).toBe(4);
    for (const id of ids) expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(eventIdOf('a', 0)).toBe(ids[0]);
  });

  test('of one command follow each other in its envelope', () => {
    const stream = streamName('order', 'ACME', 'O1');
    const events = ['OrderSubmitted', 'OrderValidated', 'OrderPriced'].map((type) => ({ type, data: {} }));
    expect(envelop(stream, events, contextOf('c1')).map(({ eventId, follows }) => [eventId, follows])).toEqual([
      [eventIdOf('c1', 0), undefined],
      [eventIdOf('c1', 1), true],
      [eventIdOf('c1', 2), true],
    ]);
  });

  test('of events stay what they were in every log that was ever written', () => {
    expect(eventIdOf('01ARZ3NDEKTSV4RRFFQ69G5FAV', 0)).toBe('c9e1d21a-bc9c-5857-b36b-8472bc915598');
    expect(eventIdOf('01ARZ3NDEKTSV4RRFFQ69G5FAV', 12)).toBe('4b8da3f8-c8c2-511c-ac0b-3749e35d6438');
    expect(eventIdOf('Größe:→', 3)).toBe('c88a3b12-5b98-50ae-8f7e-d39d3995ec55');
    expect(eventIdOf('x'.repeat(171), 0)).toBe('2dc0e4fd-e37c-5da1-80b6-d723f3f482a6');
    expect(uuidV5('→'.repeat(170))).toBe('05072603-4fa9-5f4a-b748-157a1cf77c81');
  });

  test('that are derived or new look like ULIDs; new ones never fall', () => {
    expect(derivedUlid('x')).toMatch(ulidPattern);
    expect(derivedUlid('x')).toBe(derivedUlid('x'));
    const made = Array.from({ length: 1_000 }, newUlid);
    for (const id of made) expect(id).toMatch(ulidPattern);
    expect([...made].sort()).toEqual(made);
  });
});

describe('the envelope', () => {
  test('tells bu, node, channel and region from the event, and the rest from the stream', () => {
    const stream = streamName('stock', 'ACME', 'DC-EAST', 'BRG');
    const [event] = envelop(stream, [{ type: 'SafetyStockSet', data: { qty: '1' } }], contextOf('c1'));
    expect(event?.metadata).toMatchObject({
      schemaVersion: 1,
      commandId: 'c1',
      partition: { bu: 'ACME', node: 'DC-EAST' },
    });
    const data = { bu: 'ACME', channel: 'portal', shipTo: { id: 'MAIN', region: 'US-CA' } };
    const [submitted] = envelop(streamName('order', 'ACME', 'O1'), [{ type: 'OrderSubmitted', data }], contextOf('c2'));
    expect(submitted?.metadata.partition).toEqual({ bu: 'ACME', channel: 'portal', region: 'US-CA' });
    const [intents] = envelop(
      streamName('pm', 'o2c', 'O1'),
      [{ type: 'IntentsIssued', data: { bu: 'ACME' } }],
      contextOf('c3'),
    );
    expect(intents?.metadata.partition).toEqual({ bu: 'ACME' });
  });
});

describe('the codec', () => {
  test('gives every type of the catalogue a version', () => {
    expect(eventTypes.length).toBeGreaterThan(80);
    for (const type of eventTypes) expect(schemaVersionOf(type)).toBeGreaterThanOrEqual(1);
  });

  test('stops at a type it does not know, also one that every object has', () => {
    for (const type of ['OrderLineSplit', 'constructor', '__proto__', 'toString']) {
      expect(() => toDomain(recorded(type, 1))).toThrow(UnknownEvent);
      expect(() => schemaVersionOf(type)).toThrow(RangeError);
    }
  });

  test('stops at a version that a newer program wrote, and at one that nobody wrote', () => {
    for (const version of [0, 2, 99, 1.5, Number.NaN])
      expect(() => toDomain(recorded('OrderClosed', version))).toThrow(UnknownEvent);
    expect(toDomain(recorded('OrderClosed', 1)).type).toBe('OrderClosed');
  });
});
