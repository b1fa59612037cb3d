import { z } from 'zod';
import { directions, priceRules, substitutesMax } from '../../domain/masterData/substitutes.ts';
import { code, coded, day } from './fields.ts';

const factorError = { error: () => coded('NUMERIC_FORMAT', 'A factor is a whole number above zero, as text.') };
export const factor = z.string(factorError).regex(/^[1-9]\d{0,8}$/, factorError);

const substitute = z
  .strictObject({
    item: code,
    ratio: z
      .strictObject({ num: factor, den: factor })
      .meta({ description: '`num` base units of it stand for `den` base units of the item that names it.' }),
    direction: z
      .enum(directions)
      .default('ONE_WAY')
      .meta({ description: 'BOTH: the item that names it stands for it, too, by the inverse ratio.' }),
    priceRule: z.enum(priceRules).meta({
      description:
        'What its line costs: in all what was agreed for what it replaces, its own price for the customer, or whichever comes to less.',
    }),
    validFrom: day.exactOptional(),
    validTo: day.exactOptional().meta({ description: 'The last day on which it is substituted.' }),
  })
  .meta({ id: 'Substitute' });

export const substitutes = z.array(substitute).max(substitutesMax);
