import { readdirSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { conversations } from './recorded/conversations.ts';
import { play } from './recorded/exchanges.ts';
import { asJson, fixtureFolder, readFixture } from './recorded/fixtures.ts';

describe('O-35 recorded', () => {
  test('there is a fixture for every conversation, and no other file', () => {
    const wanted = conversations.map(({ name }) => `${name}.golden.json`);
    expect(readdirSync(fixtureFolder).sort()).toEqual(wanted.sort());
  });

  test.each(
    conversations.map((one) => [one.name, one] as const),
  )('%s says what it said when it was recorded, and makes the same of the same answers', async (name, {
    authorization,
    hold,
  }) => {
    const fixture = readFixture(name);
    const partner = await play(fixture.exchanges);
    try {
      const told = await hold(partner.url, authorization);
      expect(partner.asked).toEqual(fixture.exchanges.map(({ request }) => request));
      expect(asJson(told)).toEqual(fixture.told);
    } finally {
      await partner.close();
    }
  });
});
