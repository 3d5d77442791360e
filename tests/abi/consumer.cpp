// A C++17 program that uses the installed library.
#include <cstdint>
#include <cstdio>
#include <memory>

#include <fairu/fairu.h>

int main()
{
  fairu_context *made = nullptr;
  if (fairu_context_create(nullptr, &made) != FAIRU_OK)
    return 1;
  const std::unique_ptr<fairu_context, void (*)(fairu_context *)> ctx(made, fairu_context_destroy);
  const float scores[4] = { 0.1F, 0.4F, 0.35F, 0.8F };
  const std::int32_t labels[4] = { 0, 0, 1, 1 };
  double auc = 0.0;
  if (fairu_auc(ctx.get(), scores, labels, nullptr, 4, &auc) != FAIRU_OK)
    std::printf("%s\n", fairu_context_message(ctx.get()));
  std::printf("fairu %s: auc = %g\n", fairu_version_string(), auc);
  return auc == 0.75 && fairu_version_number() == FAIRU_VERSION_NUMBER ? 0 : 1;
}
