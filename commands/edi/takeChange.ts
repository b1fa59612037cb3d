import type { AskedChange } from '../../domain/edi/inboundEvents.ts';
import type { QuantityMeaning } from '../../domain/order/quantityMeaning.ts';
import type { Application, Outcome, Violation } from '../application.ts';
import type { AddLinesInput } from '../calls/inputs.ts';
import { derivedUlid } from '../eventIds.ts';
import { alsoAs } from '../outcome.ts';
import type { CommandContext } from '../ports.ts';

/** What an 860 asks for, its form checked. */
export type ChangeInput = {
  readonly customerPo: string;
  /** All that is open of the order; then there is nothing else. */
  readonly cancelAll: boolean;
  readonly lines: AddLinesInput['lines'];
  readonly changes: readonly {
    readonly lineId: string;
    readonly qty: string;
    readonly uom: string;
    readonly meaning: QuantityMeaning;
  }[];
  readonly cancellations: readonly { readonly lineId: string }[];
};

export type ChangePorts = Pick<Application, 'addLines' | 'changeLine' | 'cancelOrder'> & {
  readonly understandChange: (
    body: unknown,
  ) => { readonly input: ChangeInput } | { readonly violations: readonly Violation[] };
  /** The order that has this number of the customer; of several the first. */
  readonly orderOfPo: (of: {
    readonly bu: string;
    readonly soldTo: string;
    readonly customerPo: string;
  }) => Promise<string | undefined>;
};

type Asking = {
  readonly about: Omit<AskedChange, 'changeId' | 'refusal'>;
  readonly ask: (context: CommandContext) => Promise<Outcome<{ readonly changeId: string }>>;
};

const reason = 'asked for by EDI';
const none = { item: null, qty: null, uom: null } as const;

/** In this order: what is lowered makes room for what is added. */
const askings = (ports: ChangePorts, orderId: string, input: ChangeInput): readonly Asking[] => [
  ...(input.cancelAll
    ? [
        {
          about: { kind: 'CANCEL' as const, lineId: null, ...none },
          ask: (context: CommandContext) => ports.cancelOrder({ orderId, reason }, context),
        },
      ]
    : []),
  ...input.cancellations.map(
    ({ lineId }): Asking => ({
      about: { kind: 'CANCEL', lineId, ...none },
      ask: (context) => ports.cancelOrder({ orderId, reason, lines: [{ lineId }] }, context),
    }),
  ),
  ...input.changes.map(
    ({ lineId, qty, uom, meaning }): Asking => ({
      about: { kind: 'QTY', lineId, item: null, qty, uom, ...(meaning !== 'TOTAL' && { meaning }) },
      ask: (context) => ports.changeLine({ orderId, reason, lineId, qty, uom, meaning }, context),
    }),
  ),
  ...input.lines.map(
    (line): Asking => ({
      about: { kind: 'ADD', lineId: line.lineId, item: line.item, qty: line.qty, uom: line.uom },
      ask: (context) => ports.addLines({ orderId, reason, lines: [line] }, context),
    }),
  ),
];

const refusalOf = (outcome: Outcome<unknown>): string | null => {
  if (outcome.kind === 'done') return null;
  return outcome.kind === 'refused' ? outcome.refusal.refused : (outcome.violations[0]?.code ?? 'MASTER_DATA_INVALID');
};

/**
 * Asks for each change of a set under an id that is its own: whoever takes the set again asks for the same. What the order
 * refuses is kept with its code, and keeps none of the others. Throws `LogUnavailable`.
 */
export const askForChanges = async (
  ports: ChangePorts,
  of: { readonly orderId: string; readonly input: ChangeInput; readonly set: string },
  context: CommandContext,
): Promise<readonly AskedChange[]> => {
  const asked: AskedChange[] = [];
  for (const [index, { about, ask }] of askings(ports, of.orderId, of.input).entries()) {
    const changeId = derivedUlid(`${of.set}/${index + 1}`);
    asked.push({ ...about, changeId, refusal: refusalOf(await ask(alsoAs(context, changeId))) });
  }
  return asked;
};
