import { mkdirSync, writeFileSync } from 'node:fs';
import type { Conversation } from './conversations.ts';
import { recordFrom } from './exchanges.ts';
import { asJson, type Fixture, fixtureFile, fixtureFolder } from './fixtures.ts';

/** Who is spoken to instead of the simulator: a partner's test system, with the credential that it wants. */
export type RecordedPartner = { readonly url: string; readonly authorization: string; readonly release: string };

/** Holds a conversation with a partner and keeps it as the fixture of the adapter. */
export const record = async (
  { name, simulate, authorization, hold }: Conversation,
  partner?: RecordedPartner,
): Promise<Fixture> => {
  const simulator = partner === undefined ? await simulate() : undefined;
  const proxy = await recordFrom(partner?.url ?? simulator?.url ?? '');
  try {
    const told = await hold(proxy.url, partner?.authorization ?? authorization);
    const fixture: Fixture = {
      ...{ adapter: name, recordedFrom: partner?.release ?? 'simulator' },
      ...{ exchanges: proxy.exchanges, told: asJson(told) as readonly unknown[] },
    };
    mkdirSync(fixtureFolder, { recursive: true });
    writeFileSync(fixtureFile(name), `${JSON.stringify(fixture, null, 2)}\n`);
    return fixture;
  } finally {
    await proxy.close();
    await simulator?.close();
  }
};
