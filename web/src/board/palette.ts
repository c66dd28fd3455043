// palette.ts - the eight inks, read from the style sheet so that themes stay in one place
export type Palette = readonly string[];

export function readPalette(): Palette {
    const style = getComputedStyle(document.documentElement);
    return Array.from({ length: 8 }, (_, index) => style.getPropertyValue(`--c${index}`).trim());
}

/** Calls back when the theme, and so the palette, changes. */
export function watchTheme(act: () => void): () => void {
    const dark = matchMedia("(prefers-color-scheme: dark)");
    dark.addEventListener("change", act);
    return () => dark.removeEventListener("change", act);
}
