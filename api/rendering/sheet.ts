/** A document as it is read on paper, whatever it is shown on. All of it is text that is not escaped for anything yet. */
export type Sheet = {
  readonly title: string;
  /** Who sends it. */
  readonly from: string;
  /** What must not be overlooked: a word, and what it means here. */
  readonly notices: readonly { readonly word: string; readonly text: string }[];
  readonly facts: readonly Fact[];
  readonly tables: readonly Table[];
  /** What it comes to, line by line; the last one of each group stands out. */
  readonly sums: readonly (readonly Fact[])[];
};

export type Fact = { readonly name: string; readonly value: string };

export type Table = {
  readonly caption: string;
  readonly columns: readonly { readonly name: string; readonly isNumber: boolean }[];
  readonly rows: readonly (readonly string[])[];
};
