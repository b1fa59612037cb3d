import { z } from 'zod';
import { lateLineRules, tellings } from '../../domain/availability/lateSupply.ts';
import { lateSupplyDaysMax } from '../../domain/masterData/validatePolicy.ts';

const days = (name: keyof typeof lateSupplyDaysMax, description: string) =>
  z.int().min(0).max(lateSupplyDaysMax[name]).meta({ description });

const rules = {
  cushionDays: days(
    'cushionDays',
    'Goods are promised so many days behind the day for which their supply is announced.',
  ),
  pastDueSupplyDays: days('pastDueSupplyDays', 'Supply that is late by more days is not believed any more.'),
  lateSlipDays: days('lateSlipDays', 'Supply that is less late is assumed to come so many days from today.'),
  toleranceDays: days('toleranceDays', 'A promise that would move back by no more days stands.'),
  lateLines: z.enum(lateLineRules).meta({
    description:
      'What a line does that would get its goods later than that: WAIT for them, or USE_SAFETY_STOCK, which takes all that it waits for from one node, what is withheld there included. Kits and orders of several lines that ship complete wait.',
  }),
  tell: z.enum(tellings).meta({
    description: 'Of which changes of a promise customers are told; DELAYS: of all but an earlier day.',
  }),
};

export const lateSupplyBody = z.strictObject(rules).meta({ id: 'LateSupply' });

const { cushionDays, pastDueSupplyDays, lateSlipDays, toleranceDays, lateLines, tell } = rules;

/** What a simulation replaces of them. */
export const someLateSupplyRules = {
  cushionDays: cushionDays.exactOptional(),
  pastDueSupplyDays: pastDueSupplyDays.exactOptional(),
  lateSlipDays: lateSlipDays.exactOptional(),
  toleranceDays: toleranceDays.exactOptional(),
  lateLines: lateLines.exactOptional(),
  tell: tell.exactOptional(),
};
