/**
 * Whether 18 digits are a serial shipping container code: the last one is the check digit of the others (GS1 General
 * Specifications 7.9: weights 3 and 1 in turn from the right, up to the next ten).
 */
export const isSscc = (text: string): boolean => {
  if (!/^\d{18}$/.test(text)) return false;
  const digits = [...text].map(Number);
  const sum = digits.slice(0, -1).reduce((total, digit, index) => total + digit * (index % 2 === 0 ? 3 : 1), 0);
  return (10 - (sum % 10)) % 10 === digits.at(-1);
};
