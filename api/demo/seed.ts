import type { Application, Outcome } from '../../commands/application.ts';
import { newUlid } from '../../commands/eventIds.ts';
import type { Clock, CommandContext, IdempotencyStore } from '../../commands/ports.ts';
import { periodOf } from '../../domain/calendar.ts';
import {
  demoBusinessUnit,
  demoCustomers,
  demoItems,
  demoNodes,
  demoPriceList,
  demoTaxCodes,
} from '../../domain/masterData/demo.ts';
import { demoAccountMap, demoPostingRules } from '../../domain/masterData/demoAccounts.ts';
import {
  demoCrossReferences,
  demoEdiCreditLimit,
  demoEdiCustomer,
  demoPartner,
} from '../../domain/masterData/demoPartner.ts';
import { demoCreditLimits, demoOpeningStock } from '../../domain/masterData/demoStock.ts';

type SeedPorts = {
  readonly application: Application;
  readonly claims: Pick<IdempotencyStore, 'claim' | 'answer' | 'release'>;
  readonly clock: Clock;
};

const marker = { scope: 'business:seed', key: 'demo' };
const leaseMs = 60_000;
const noAnswer = { status: 201, headers: {}, body: '{}', position: null };

const must = async <T>(what: string, outcome: Promise<Outcome<T>>): Promise<void> => {
  const answer = await outcome;
  if (answer.kind === 'done') return;
  const reason =
    answer.kind === 'refused'
      ? answer.refusal.detail
      : answer.violations.map((one) => `${one.pointer} ${one.detail}`).join('; ');
  throw new Error(`The demonstration distributor could not be seeded: ${what}: ${reason}`);
};

type Context = (step: string) => CommandContext;

const contextIn =
  (clock: Clock, run: string): Context =>
  (step) => ({
    commandId: `${run}:${step}`,
    occurredAt: clock(),
    correlationId: run,
    causationId: run,
    actor: { kind: 'SYSTEM', id: 'seed', roles: ['admin', 'warehouse', 'finance'] },
    source: { system: 'throughline' },
  });

const periodOfToday = (clock: Clock) => ({
  bu: demoBusinessUnit.bu,
  ledger: demoBusinessUnit.ledger,
  period: periodOf(clock().slice(0, 10)),
});

/** The order matters: what a definition refers to comes before it. */
const seedAll = async ({ application: app, clock }: SeedPorts, context: Context): Promise<void> => {
  await must('business unit', app.defineBusinessUnit(demoBusinessUnit, context('bu')));
  for (const node of demoNodes) await must(node.node, app.defineNode(node, context(`node:${node.node}`)));
  for (const item of demoItems) await must(item.item, app.defineItem(item, context(`item:${item.item}`)));
  await must('price list', app.definePriceList(demoPriceList, context('prices')));
  await Promise.all(
    [...demoCustomers, demoEdiCustomer].map((one) =>
      must(one.customer, app.defineCustomer(one, context(`customer:${one.customer}`))),
    ),
  );
  await must('account map', app.publishAccountMap(demoAccountMap, context('accounts')));
  await must('posting rules', app.publishPostingRules(demoPostingRules, context('posting')));
  await must('tax codes', app.publishTaxCodes(demoTaxCodes, context('taxcodes')));
  const today = periodOfToday(clock);
  await must(`period ${today.period}`, app.openPeriod(today, context(`period:${today.period}`)));
  await Promise.all(
    [...demoCreditLimits, demoEdiCreditLimit].map((one) =>
      must(`limit of ${one.customer}`, app.setCreditLimit(one, context(`limit:${one.customer}`))),
    ),
  );
  await seedPartner(app, context);
  await Promise.all(
    demoOpeningStock.map((one) => must(one.reference, app.recordStockMovement(one, context(`stock:${one.reference}`)))),
  );
};

const seedPartner = async (app: Application, context: Context): Promise<void> => {
  await must('partner', app.definePartner(demoPartner, context('partner')));
  for (const one of demoCrossReferences)
    await must(`cross-reference ${one.kind}`, app.defineCrossReference(one, context(`xref:${one.kind}`)));
};

/**
 * Who comes back in another month finds a period that takes what the demonstration posts; whoever has closed it already meant to,
 * so a refusal is no failure.
 */
const openToday = async ({ application, clock }: SeedPorts): Promise<void> => {
  const today = periodOfToday(clock);
  await application.openPeriod(today, contextIn(clock, `seed:${today.bu}`)(`period:${today.period}`));
};

/**
 * The demonstration distributor, through the same commands as everybody else, once per database; of later starts each sees to an
 * open period of its day. A start that was killed in the middle leaves the claim unanswered; the next one runs through all steps
 * again under the same command ids.
 */
export const seedDemonstration = async (ports: SeedPorts): Promise<'seeded' | 'there already'> => {
  const claim = await ports.claims.claim({
    ...marker,
    fingerprint: 'demo',
    commandId: newUlid(),
    leaseMs,
    forever: true,
  });
  // An attempt that died holds its lease a little longer; in embedded mode nobody else can be seeding.
  if (claim.kind === 'running') {
    await ports.claims.release(marker.scope, marker.key);
    return seedDemonstration(ports);
  }
  if (claim.kind !== 'claimed') {
    await openToday(ports);
    return 'there already';
  }
  await seedAll(ports, contextIn(ports.clock, `seed:${claim.commandId}`));
  await ports.claims.answer(marker.scope, marker.key, noAnswer);
  return 'seeded';
};
