// Runs examples/root-macro/interval.C with the classes beside this file.
#include "../../../examples/root-macro/interval.C"

int main(int argc, char **argv)
{
  return argc == 2 ? interval(argv[1]) : 2;
}
