import { codePattern } from '../../domain/ids.ts';
import { customerOf } from '../../domain/masterData/catalog.ts';
import type { CrmOwnership } from '../../domain/masterData/crm.ts';
import { customerSubject } from '../../domain/personal/subject.ts';
import type { KeepGoing } from '../keepGoing.ts';
import type { CrmAccounts, CrmRow } from '../ports.ts';
import { type CrmFeed, type CrmReaderPorts, createCrmReader } from './crmReader.ts';
import { isGoneFrom, type TakingAccounts, takeAccount } from './crmTaking.ts';
import { runUnitInboxes } from './unitInboxes.ts';

/** The consumer's name on boards, and of its checkpoint: each business unit has a place of its own. */
export const crmAccountsOf = (system: string, bu: string): string => `crm-accounts:${system}:${bu}`;
export const isCrmAccounts = (consumer: string): boolean => consumer.startsWith('crm-accounts:');

export type CrmInboxPorts = TakingAccounts & CrmReaderPorts & { readonly crm: CrmAccounts };

const accountsAtOnce = 64;

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
      ...(ownership.theirs !== undefined && { scope: ownership.theirs }),
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

/** One inbox for each business unit that leaves something to the CRM. */
export const runCrmInboxes = (
  ports: Pick<CrmReaderPorts, 'catalog' | 'pollMs' | 'onError'>,
  inboxOf: (bu: string) => Pick<KeepGoing, 'step'>,
  signal: AbortSignal,
): Promise<void> => runUnitInboxes(ports, ({ bu, crm }) => (crm === undefined ? undefined : inboxOf(bu)), signal);
