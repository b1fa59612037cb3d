import { type RawBuilder, sql } from 'kysely';
import { currencyExponent, unusualCurrencies } from '../../domain/money.ts';

type Value = RawBuilder<unknown>;

const cases = sql.join(
  unusualCurrencies.map((currency) => sql`when ${sql.lit(currency)} then ${sql.lit(10 ** currencyExponent(currency))}`),
  sql` `,
);

/** Minor units of one major unit: R2 and R9 round once, when a decimal becomes money. */
const minorPerMajor = (currency: Value): Value => sql`(case ${currency} ${cases} else 100 end)`;

/** Quantity × cost of a unit as money, rounded once; null while there is no cost. */
export const worthOf = (quantity: Value, unitCost: Value, currency: Value): Value =>
  sql`round(${quantity} * ${unitCost}::numeric * ${minorPerMajor(currency)})`;

/** Money ÷ quantity as the decimal price of a unit, to 6 places (R9); null where there is no quantity. */
export const perUnit = (amount: Value, quantity: Value, currency: Value): Value =>
  sql`case when ${quantity} > 0 then trim_scale(round(${amount} / (${quantity} * ${minorPerMajor(currency)}), 6)) end`;
