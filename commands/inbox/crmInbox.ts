import { setTimeout as delay } from 'node:timers/promises';
import { codePattern } from '../../domain/ids.ts';
import { businessUnits, customerOf } from '../../domain/masterData/catalog.ts';
import type { CrmOwnership } from '../../domain/masterData/crm.ts';
import { customerSubject } from '../../domain/personal/subject.ts';
import { keepGoing } from '../keepGoing.ts';
import type { CrmAccounts, CrmRow } from '../ports.ts';
import { type CrmFeed, type CrmReaderPorts, createCrmReader } from './crmReader.ts';
import { isGoneFrom, type TakingAccounts, takeAccount } from './crmTaking.ts';

/** The consumer's name on boards, and of its checkpoint: each business unit has a place of its own. */
export const crmAccountsOf = (system: string, bu: string): string => `crm-accounts:${system}:${bu}`;
export const isCrmAccounts = (consumer: string): boolean => consumer.startsWith('crm-accounts:');

export type CrmInboxPorts = TakingAccounts & CrmReaderPorts & { readonly crm: CrmAccounts };

const accountsAtOnce = 64;
const lookEveryMs = 1_000;

/** Keys of new customers, made for all of them at once: one by one they are most of what a first import costs. */
const makeKeys = async ({ vault, catalog }: CrmInboxPorts, bu: string, rows: readonly CrmRow[]): Promise<void> => {
  const known = catalog.current();
  const customers = rows.flatMap((row) => (row.kind === 'ACCOUNT' ? [row.account.customer] : []));
  const isNew = (customer: string): boolean =>
    codePattern.test(customer) && customerOf(known, bu, customer) === undefined;
  const subjects = new Set(customers.filter(isNew).map((customer) => customerSubject(bu, customer)));
  if (subjects.size > 0) await vault?.sealsFor([...subjects]);
};

const accountsFor =
  (ports: CrmInboxPorts, bu: string) =>
  (ownership: CrmOwnership): CrmFeed<CrmRow> => {
    const { crm } = ports;
    const unit = ownership.theirs ?? bu;
    return {
      changed: (place, signal) => crm.changed(unit, place, signal),
      row: (id, signal) => crm.account(unit, id, signal),
      prepare: (rows) => makeKeys(ports, bu, rows),
      take: async (row, signal) => {
        if (row.kind === 'ACCOUNT') await takeAccount(ports, bu, row.account, ownership, isGoneFrom(crm, unit, signal));
      },
      turnOf: ({ id }) => id,
      takenAtOnce: accountsAtOnce,
    };
  };

/**
 * Takes what a CRM says of the customers of a business unit: of an account the state with the highest row version holds.
 */
export const createCrmInbox = (ports: CrmInboxPorts, bu: string) => {
  const { system } = ports.crm;
  const of = { system, bu, what: 'ACCOUNT', consumer: crmAccountsOf(system, bu) } as const;
  return createCrmReader(ports, of, accountsFor(ports, bu));
};

type RunningPorts = Pick<CrmReaderPorts, 'catalog' | 'pollMs' | 'onError'>;

/** One inbox for each business unit that leaves something to the CRM: none of them waits for another. */
export const runCrmInboxes = async (
  ports: RunningPorts,
  inboxOf: (bu: string) => { readonly step: (signal: AbortSignal) => Promise<boolean> },
  signal: AbortSignal,
): Promise<void> => {
  const look = (stopping: AbortSignal) => delay(lookEveryMs, undefined, { signal: stopping }).catch(() => {});
  const pauseMsMax = Math.max(ports.pollMs, lookEveryMs);
  const running = new Map<string, Promise<void>>();
  while (!signal.aborted) {
    for (const { bu, crm } of businessUnits(ports.catalog.current())) {
      if (crm === undefined || running.has(bu)) continue;
      const { step } = inboxOf(bu);
      running.set(bu, keepGoing({ step, changed: look, onError: ports.onError, pauseMsMax }, signal));
    }
    await look(signal);
  }
  await Promise.all(running.values());
};
