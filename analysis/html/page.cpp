#include "analysis/html/page.hpp"

#include <fmt/format.h>

#include <cmath>
#include <fstream>

#include "sim/core/printable.hpp"
#include "sim/record/output_file.hpp"

namespace apical {
namespace {

const char* const style = R"(
:root { color-scheme: light dark; }
body { font: 15px/1.5 system-ui, sans-serif; color: #222; background: #fff; max-width: 72rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.6rem; margin-bottom: .3rem; } h2 { font-size: 1.15rem; margin-top: 2rem; border-bottom: 1px solid #ddd; }
figure { display: inline-block; vertical-align: top; margin: .5rem 1rem .5rem 0; width: 34rem; max-width: 100%; }
figure.whole { display: block; width: auto; margin-right: 0; }
figcaption { font-size: .85rem; color: #555; } svg { width: 100%; height: auto; }
.wide { overflow-x: auto; } table { border-collapse: collapse; font-size: .85rem; }
th, td { padding: .15rem .6rem; text-align: left; border-bottom: 1px solid #eee; vertical-align: top; }
th { border-bottom: 1px solid #999; } td.number { text-align: right; font-variant-numeric: tabular-nums; }
pre { font-size: .8rem; background: #f7f7f7; padding: .6rem; overflow-x: auto; } summary { cursor: pointer; }
svg { background: #fff; border-radius: 4px; }
nav ul { margin: .3rem 0; padding: 0; list-style: none; } nav li { display: inline-block; margin-right: 1.2rem; }
a { color: #0b57a4; } :focus-visible { outline: 3px solid #b3541e; outline-offset: 2px; }
main:focus { outline: none; } .skip { position: absolute; left: -100rem; } .skip:focus { left: 1rem; top: .5rem; background: inherit; padding: .2rem .5rem; }
@media (prefers-color-scheme: dark) {
  body { color: #ddd; background: #16181c; } h2 { border-color: #444; } figcaption { color: #b0b0b0; }
  th, td { border-color: #333; } th { border-bottom-color: #777; } pre { background: #22252b; }
  a { color: #8ab8f0; } :focus-visible { outline-color: #ffb454; }
}
@media print {
  body { font-size: 9pt; line-height: 1.35; color: #000; background: #fff; max-width: none; margin: 0; padding: 0; }
  h2 { margin-top: .8rem; break-after: avoid; } figure { width: 31.5%; margin: .2rem 1% .2rem 0; break-inside: avoid; }
  figcaption { font-size: 7pt; color: #333; } .wide { overflow: visible; } table { font-size: 7pt; } tr { break-inside: avoid; }
  details, nav, .skip { display: none; } tr.more { display: none; } a { color: inherit; text-decoration: none; }
}
@media not print { .printed { display: none; } }
)";

constexpr std::size_t printed_rows = 100;  // of a table: two pages

const char* const no_value = "no value";

bool is_number(const std::string& text) {
    return text == no_value || (!text.empty() && text.find_first_not_of("0123456789.+-e%± ") == std::string::npos);
}

}  // namespace

std::string escaped(const std::string& text) {
    std::string safe;
    for (const char c : printable(text, "\n\t")) {
        if (c == '&') safe += "&amp;";
        else if (c == '<') safe += "&lt;";
        else if (c == '>') safe += "&gt;";
        else if (c == '"') safe += "&quot;";
        else safe += c;
    }
    return safe;
}

std::string shown(double value) { return std::isnan(value) ? no_value : fmt::format("{:.5g}", value); }

Page::Page(const std::string& title) : title_(title) {}

void Page::heading(const std::string& text) {
    headings_.push_back(escaped(text));
    body_ += fmt::format("<h2 id=\"part-{}\">{}</h2>\n", headings_.size(), headings_.back());
}

void Page::paragraph(const std::string& text) { body_ += "<p>" + escaped(text) + "</p>\n"; }

void Page::figure(const std::string& svg, const std::string& caption) {
    body_ += "<figure>\n" + svg + "<figcaption>" + escaped(caption) + "</figcaption>\n</figure>\n";
}

void Page::wide_figure(const std::string& svg, const std::string& caption) {
    body_ += "<figure class=\"whole\">\n" + svg + "<figcaption>" + escaped(caption) + "</figcaption>\n</figure>\n";
}

void Page::table(const std::vector<std::string>& head, const std::vector<std::vector<std::string>>& rows,
                 const std::string& folded, const std::vector<std::string>& links) {
    if (!folded.empty()) body_ += "<details><summary>" + escaped(folded) + "</summary>\n";
    // What scrolls sideways can be reached with the keyboard.
    body_ += "<div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"table: " + escaped(head[0]) +
             "\"><table>\n<tr>";
    for (const std::string& cell : head) body_ += "<th scope=\"col\">" + escaped(cell) + "</th>";
    body_ += "</tr>\n";
    for (std::size_t place = 0; place < rows.size(); ++place) {
        const auto& row = rows[place];
        body_ += place < printed_rows ? "<tr>" : "<tr class=\"more\">";
        for (std::size_t k = 0; k < row.size(); ++k) {
            const bool leads = k == 0 && place < links.size() && !links[place].empty();
            body_ +=
                (k > 0 && is_number(row[k]) ? "<td class=\"number\">" : "<td>") +
                (leads ? "<a href=\"" + escaped(links[place]) + "\">" + escaped(row[k]) + "</a>" : escaped(row[k])) +
                "</td>";
        }
        body_ += "</tr>\n";
    }
    body_ += "</table></div>\n";
    if (rows.size() > printed_rows)
        body_ += fmt::format("<p class=\"printed\">{} of {} rows are printed.</p>\n", printed_rows, rows.size());
    if (!folded.empty()) body_ += "</details>\n";
}

void Page::text(const std::string& summary, const std::string& text) {
    body_ += "<details><summary>" + escaped(summary) + "</summary><pre tabindex=\"0\" role=\"region\" aria-label=\"" +
             escaped(summary) + "\">" + escaped(text) + "</pre></details>\n";
}

void Page::write(const std::string& path, bool force) const {
    OutputFile file(path, force ? Existing::replaced : Existing::refused);
    std::ofstream stream = file.stream();
    stream << "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
           << "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>" << escaped(title_)
           << "</title>\n<style>" << style << "</style>\n</head>\n<body>\n"
           << "<a class=\"skip\" href=\"#content\">Skip to the content</a>\n<header>\n<h1>" << escaped(title_)
           << "</h1>\n<nav aria-label=\"parts of this page\"><ul>\n";
    for (std::size_t k = 0; k < headings_.size(); ++k)
        stream << fmt::format("<li><a href=\"#part-{}\">{}</a></li>\n", k + 1, headings_[k]);
    stream << "</ul></nav>\n</header>\n<main id=\"content\" tabindex=\"-1\">\n"
           << body_ << "</main>\n</body>\n</html>\n";
    file.close(stream);
    file.commit();
}

}  // namespace apical
