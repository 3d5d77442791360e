// What examples/root-macro uses of ROOT's TH1, with contents of its own.
#ifndef TEST_TH1_H
#define TEST_TH1_H

#include <vector>

#define R__LOAD_LIBRARY(library)

class TH1
{
public:
  explicit TH1(std::vector<double> contents) : contents_(contents)
  {
  }
  int GetNbinsX() const
  {
    return static_cast<int>(contents_.size());
  }
  double GetBinContent(int bin) const
  {
    return contents_.at(static_cast<std::size_t>(bin - 1));
  }

private:
  std::vector<double> contents_;
};

#endif
