// What examples/root-macro uses of ROOT's TFile: the histograms of examples/c-minimal, and a file that lacks one.
#ifndef TEST_TFILE_H
#define TEST_TFILE_H

#include <map>
#include <string>

#include "TH1.h"

class TFile
{
public:
  static TFile *Open(const char *path)
  {
    return std::string(path) == "missing.root" ? nullptr : new TFile(path);
  }
  bool IsZombie() const
  {
    return false;
  }
  template <class T> T *Get(const char *name)
  {
    const auto found = histograms_.find(name);
    return found == histograms_.end() ? nullptr : &found->second;
  }

private:
  explicit TFile(const std::string &path)
  {
    histograms_.emplace("signal", TH1({ 2, 5, 9 }));
    histograms_.emplace("background", TH1({ 50, 30, 10 }));
    if (path != "blind.root")
      histograms_.emplace("observed", TH1({ 52, 37, 18 }));
  }
  std::map<std::string, TH1> histograms_;
};

#endif
