// The scheduler of a framework: TBB's where it was found (WITH_TBB), else a small pool of std::thread with the same interface.
#ifndef SCHEDULER_H
#define SCHEDULER_H

#include <cstddef>
#include <functional>

#ifdef WITH_TBB

#include <tbb/global_control.h>
#include <tbb/parallel_for.h>
#include <tbb/task_arena.h>

class Scheduler
{
public:
  explicit Scheduler(int workers)
      : limit_(tbb::global_control::max_allowed_parallelism, static_cast<std::size_t>(workers)),
        arena_(workers)
  {
  }

  static const char *name()
  {
    return "TBB";
  }

  // Slot of the worker that runs, 0 .. workers - 1: what is kept by slot is used by one thread at a time.
  std::size_t slot() const
  {
    return static_cast<std::size_t>(tbb::this_task_arena::current_thread_index());
  }

  // work(0) ... work(n - 1), each once, on any worker; back when all are done. May be called from within work.
  void for_each(std::size_t n, const std::function<void(std::size_t)> &work)
  {
    // isolated: who waits here must not start another event in the middle of this one, with the same context
    arena_.execute(
        [&] { tbb::this_task_arena::isolate([&] { tbb::parallel_for(std::size_t{ 0 }, n, work); }); });
  }

private:
  tbb::global_control limit_; // also more workers than the machine has cores
  tbb::task_arena arena_;
};

#else

#include <condition_variable>
#include <exception>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

class Scheduler
{
public:
  explicit Scheduler(int workers)
  {
    for (int i = 1; i < workers; i++)
      threads_.emplace_back([this, i] { serve(static_cast<std::size_t>(i)); });
  }
  ~Scheduler()
  {
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      stop_ = true;
    }
    changed_.notify_all();
    for (auto &thread : threads_)
      thread.join();
  }
  Scheduler(const Scheduler &) = delete;
  Scheduler &operator=(const Scheduler &) = delete;

  static const char *name()
  {
    return "std::thread";
  }
  std::size_t slot() const
  {
    return slot_;
  }

  void for_each(std::size_t n, const std::function<void(std::size_t)> &work)
  {
    if (n == 0)
      return;
    const auto job = std::make_shared<Job>(Job{ &work, n, 0, 0, nullptr });
    std::unique_lock<std::mutex> lock(mutex_);
    jobs_.push_back(job);
    changed_.notify_all();
    while (job->next < job->n)
      run_one(*job, lock); // who waits helps, so calls from within work cannot block each other
    changed_.wait(lock, [&] { return job->done == job->n; });
    if (job->failed)
      std::rethrow_exception(job->failed);
  }

private:
  struct Job {
    const std::function<void(std::size_t)> *work;
    std::size_t n, next, done;
    std::exception_ptr failed;
  };

  void run_one(Job &job, std::unique_lock<std::mutex> &lock)
  {
    const std::size_t i = job.next++;
    std::exception_ptr failed;
    lock.unlock();
    try {
      (*job.work)(i);
    } catch (...) {
      failed = std::current_exception();
    }
    lock.lock();
    if (failed && !job.failed)
      job.failed = failed;
    if (++job.done == job.n)
      changed_.notify_all();
  }

  void serve(std::size_t slot)
  {
    slot_ = slot;
    std::unique_lock<std::mutex> lock(mutex_);
    while (!stop_) {
      while (!jobs_.empty() && jobs_.back()->next == jobs_.back()->n)
        jobs_.pop_back();
      if (jobs_.empty()) {
        changed_.wait(lock);
      } else {
        const auto job = jobs_.back();
        run_one(*job, lock);
      }
    }
  }

  static thread_local std::size_t slot_; // the thread that calls for_each has slot 0
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::shared_ptr<Job>> jobs_;
  std::vector<std::thread> threads_;
  bool stop_ = false;
};

inline thread_local std::size_t Scheduler::slot_ = 0;

#endif

#endif
