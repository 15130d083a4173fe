// A link to something that is folded away opens whatever it is folded into. Not every browser does so by itself.

function unfold(): void {
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  let moved = false;
  for (let fold = target?.closest("details"); fold; fold = fold.parentElement?.closest("details")) {
    moved ||= !fold.open;
    fold.open = true;
  }
  if (moved) target?.scrollIntoView();
}

addEventListener("hashchange", unfold);
unfold();
