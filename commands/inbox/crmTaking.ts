import { isRefusal } from '../../domain/decider.ts';
import { streamName } from '../../domain/eventLog.ts';
import { codePattern } from '../../domain/ids.ts';
import type { CrmAccount, CrmOwnership } from '../../domain/masterData/crm.ts';
import { customerDecider } from '../../domain/masterData/masterData.ts';
import { customerReferences } from '../../domain/masterData/references.ts';
import { definitionOfAccount, otherAccountOf, type TakeAccount } from '../../domain/masterData/takeAccount.ts';
import type { Violation } from '../../domain/masterData/violation.ts';
import { contentSha256 } from '../canonicalJson.ts';
import type { Executor } from '../handle.ts';
import { wordsInForce } from '../personal/sameText.ts';
import type { Vault } from '../personal/vault.ts';
import type { Clock, CommandContext, CrmAccounts } from '../ports.ts';
import type { CatalogFollower } from '../workers/catalogFollower.ts';
import { missingIn } from '../workers/upToDate.ts';
import { CrmRefused, refusedFor } from './crmRefused.ts';

export type TakingAccounts = {
  readonly executor: Pick<Executor, 'execute' | 'load'>;
  readonly catalog: Pick<CatalogFollower, 'current' | 'ready'>;
  /** Absent: nothing is sealed. */
  readonly vault?: Pick<Vault, 'open' | 'sealsFor'>;
  readonly clock: Clock;
};

/** The same state of an account, by the same terms of the business unit, is the same command. A hash of what it says of people would outlive an erasure. */
const contextOf = (
  clock: Clock,
  bu: string,
  { system, accountId, rowVersion }: CrmAccount,
  ownership: CrmOwnership,
): CommandContext => {
  const commandId = `${system}:account:${accountId}:${rowVersion}:${contentSha256({ bu, ownership })}`;
  return {
    ...{ commandId, correlationId: commandId, causationId: commandId, occurredAt: clock() },
    actor: { kind: 'PARTNER', id: system, roles: ['crm'] },
    source: { system, partnerId: system },
  };
};

/** Whether the CRM has an account under this id that is, or was, this customer's and is none any more. Throws `PartnerUnavailable`. */
export type IsGone = (accountId: string, customer: string) => Promise<boolean>;

/** Merged into another, renumbered, deactivated or deleted there. */
export const isGoneFrom =
  (crm: Pick<CrmAccounts, 'account'>, unit: string, signal: AbortSignal): IsGone =>
  async (accountId, customer) => {
    const row = await crm.account(unit, accountId, signal);
    return row === undefined || (row.kind === 'ACCOUNT' && (!row.account.active || row.account.customer !== customer));
  };

/**
 * What a CRM says of one customer. A state that was taken before, and one that changes nothing here, is no event. Answers with
 * the version of the customer that is in force then; 0: there is none. Throws `CrmRefused`, `LogUnavailable` and what `isGone`
 * throws.
 */
export const takeAccount = async (
  { executor, catalog, vault, clock }: TakingAccounts,
  bu: string,
  account: CrmAccount,
  ownership: CrmOwnership,
  isGone: IsGone,
): Promise<number> => {
  const { customer } = account;
  if (!codePattern.test(customer))
    throw new CrmRefused('CODE_INVALID', 'The number of the account cannot be that of a customer.');
  const stream = streamName('customer', bu, customer);
  const { state, revision } = await executor.load(customerDecider, stream);
  const { current } = state;
  const words = vault === undefined ? new Map() : await wordsInForce(vault, 'CustomerDefined', current);
  const other = account.active ? otherAccountOf(account, current) : undefined;
  const takesOver = other !== undefined && (await isGone(other.accountId, customer));
  const command: TakeAccount = {
    ...{ type: 'TakeAccount', bu, account, ownership, words },
    ...(takesOver && { takesOver }),
  };
  const definition = definitionOfAccount(command, current);
  if (definition === undefined) return current?.version ?? 0;
  if (!isRefusal(definition)) {
    const unknown = await missingIn(catalog, (known) => customerReferences(definition, known));
    if (unknown.length > 0) throw refusedFor(unknown);
  }
  const context = contextOf(clock, bu, account, ownership);
  const executed = await executor.execute(customerDecider, stream, command, context, { isNew: revision === -1 });
  if (executed.kind === 'refused') throw refusedFor((executed.refusal.data?.violations ?? []) as readonly Violation[]);
  return executed.kind === 'done' ? (executed.state.current?.version ?? 0) : 0;
};
