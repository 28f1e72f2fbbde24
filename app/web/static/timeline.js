/* Keyboard in the timeline: each lane is one tab stop (roving tabindex), arrow keys go from mark to mark and from lane
   to lane, and a line under the picture says what the mark is. Without this script the list below has everything. */

const figure = document.querySelector("figure.timeline");
const lanes = figure ? [...figure.querySelectorAll("svg.marks")] : [];
const marks = lanes.map((lane) => [...lane.querySelectorAll("a")].sort((one, other) => middle(one) - middle(other)));
const readOut = figure?.querySelector(".read-out");

function middle(mark) {
  const box = mark.getBoundingClientRect();
  return box.left + box.width / 2;
}

function makeStop(lane, mark) {
  for (const other of lane) other.setAttribute("tabindex", "-1");
  mark.setAttribute("tabindex", "0");
}

function say(mark) {
  readOut.textContent = mark.querySelector("title").textContent;
  readOut.hidden = false;
}

function nearest(lane, mark) {
  const place = middle(mark);
  return lane.reduce((best, one) => (Math.abs(middle(one) - place) < Math.abs(middle(best) - place) ? one : best));
}

function target(key, row, place) {
  const lane = marks[row];
  const mark = lane[place];
  switch (key) {
    case "ArrowLeft": return lane[place - 1];
    case "ArrowRight": return lane[place + 1];
    case "Home": return lane[0];
    case "End": return lane[lane.length - 1];
    case "ArrowUp": return marks[row - 1] && nearest(marks[row - 1], mark);
    case "ArrowDown": return marks[row + 1] && nearest(marks[row + 1], mark);
    default: return undefined;
  }
}

for (const lane of marks) lane[0]?.setAttribute("tabindex", "0");

figure?.addEventListener("keydown", (event) => {
  const mark = event.target.closest("svg.marks a");
  const row = marks.findIndex((lane) => lane.includes(mark));
  if (row < 0 || event.altKey || event.ctrlKey || event.metaKey) return;
  const next = target(event.key, row, marks[row].indexOf(mark));
  if (!next && !event.key.startsWith("Arrow")) return;
  event.preventDefault();
  next?.focus();
});

figure?.addEventListener("focusin", (event) => {
  const mark = event.target.closest("svg.marks a");
  if (!mark) return;
  makeStop(marks.find((lane) => lane.includes(mark)), mark);
  say(mark);
});

figure?.addEventListener("mouseover", (event) => {
  const mark = event.target.closest("svg.marks a");
  if (mark) say(mark);
});

if (figure) figure.querySelector(".keys").hidden = false;
