// The little of a browser that the page uses, typed here because nothing else of the product knows one.

export type DroppedFile = { readonly name: string; readonly size: number; readonly text: () => Promise<string> };

export type PageEvent = {
  readonly preventDefault: () => void;
  readonly dataTransfer?: { readonly files: ArrayLike<DroppedFile> } | null;
};

export type PageNode = {
  textContent: string;
  className: string;
  value: string;
  hidden: boolean;
  readonly files?: ArrayLike<DroppedFile>;
  readonly setAttribute: (name: string, value: string) => void;
  readonly replaceChildren: (...children: readonly (PageNode | string)[]) => void;
  readonly addEventListener: (type: string, listen: (event: PageEvent) => void) => void;
};

declare const document: {
  readonly documentElement: PageNode;
  readonly getElementById: (id: string) => PageNode;
  readonly createElement: (name: string) => PageNode;
};

export const byId = (id: string): PageNode => document.getElementById(id);

export const wholePage = (): PageNode => document.documentElement;

export type Child = PageNode | string | false;

/** Everything out of a bundle gets into the page as text, never as markup. */
export const element = (
  name: string,
  attributes: Readonly<Record<string, string>>,
  ...children: readonly Child[]
): PageNode => {
  const made = document.createElement(name);
  for (const [attribute, value] of Object.entries(attributes)) made.setAttribute(attribute, value);
  made.replaceChildren(...children.filter((child) => child !== false));
  return made;
};
