"""Puts the shared library of the checkout (make) into what is installed, if it is there; else the system's is used, or FAIRU_LIBRARY."""
import pathlib
import shutil

from setuptools import Distribution, setup
from setuptools.command.build_py import build_py

try:
    from setuptools.command.bdist_wheel import bdist_wheel
except ImportError:  # setuptools before 70.1
    try:
        from wheel.bdist_wheel import bdist_wheel
    except ImportError:
        bdist_wheel = None

LIBRARY = pathlib.Path(__file__).resolve().parent.parent / "lib" / "libfairu.so.0"


class WithLibrary(build_py):
    def run(self):
        super().run()
        if LIBRARY.exists():
            shutil.copyfile(LIBRARY, pathlib.Path(self.build_lib) / "fairu" / LIBRARY.name)


class Machine(Distribution):
    """A wheel with a library in it is for one kind of machine."""

    def has_ext_modules(self):
        return LIBRARY.exists()


COMMANDS = {"build_py": WithLibrary}
if bdist_wheel:
    class AnyPython(bdist_wheel):
        """ctypes calls the library: any Python 3 will do."""

        def get_tag(self):
            python, abi, platform = super().get_tag()
            return ("py3", "none", platform) if LIBRARY.exists() else (python, abi, platform)
    COMMANDS["bdist_wheel"] = AnyPython

setup(cmdclass=COMMANDS, distclass=Machine)
