#pragma once
#include <string>
#include <utility>
#include <vector>

namespace apical {

/// Text with what HTML and SVG would take for markup replaced.
std::string escaped(const std::string& text);

/// A number for a table or a label: at most five digits; "no value" for what is not a number.
std::string shown(double value);

/// One HTML file that needs nothing else: no script, no network, figures inline. Light or dark as the reader's system
/// is; printed without what is folded away.
class Page {
   public:
    explicit Page(const std::string& title);

    /// The parts are listed, with links, below the title.
    void heading(const std::string& text);
    void paragraph(const std::string& text);
    /// Inline SVG with a sentence below it.
    void figure(const std::string& svg, const std::string& caption);
    /// The same in the whole width.
    void wide_figure(const std::string& svg, const std::string& caption);
    /// The first column holds names, the others are set flush right if they look like numbers. With `folded`, what
    /// stands there until it is opened; it is not printed then. Of a long table the first rows are printed, and it is
    /// said how many. `links`, of each row: where its first cell leads, as a URL; empty: nowhere.
    void table(const std::vector<std::string>& head, const std::vector<std::vector<std::string>>& rows,
               const std::string& folded = {}, const std::vector<std::string>& links = {});
    /// Folded away until it is asked for; not printed.
    void text(const std::string& summary, const std::string& text);

    /// Writes it under a temporary name, then in its place. Throws InputError if there is such a file already and
    /// `force` is not given, RunError if it cannot be written.
    void write(const std::string& path, bool force) const;

   private:
    std::string body_;
    std::string title_;
    std::vector<std::string> headings_;  ///< escaped
};

}  // namespace apical
