using Mesh.Stores.Embedded.Storage;

namespace Mesh.Stores.Tests.Embedded;

/// <summary>
/// A folder in memory that knows what was flushed. It can say what a disk holds after a power cut at any step, and fail
/// steps on demand. Steps are counted; each write, cut, flush and replacement is one.
/// </summary>
internal sealed class SimulatedFolder : IStorageFolder
{
    private const int Sector = 512;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, byte[]> _start;
    private readonly Dictionary<string, SimulatedFile> _files = [];
    private readonly List<Step> _steps = [];

    public SimulatedFolder(IReadOnlyDictionary<string, byte[]>? content = null)
    {
        _start = content is null ? [] : new(content);
        foreach (var (name, bytes) in _start)
        {
            _files[name] = new SimulatedFile(this, name, bytes);
        }
    }

    /// <summary>What happens to a file.</summary>
    public enum Action
    {
        Create,
        Write,
        Cut,
        Flush,
        Replace,
        Delete,
        Move,
    }

    /// <summary>How much of what was not flushed survives a power cut.</summary>
    public enum Unflushed
    {
        All,
        None,
        Some,
    }

    /// <summary>Consulted before each step: an exception fails it; a write then writes only its first half.</summary>
    public Func<int, Action, string, Exception?> Fault { get; set; } = (_, _, _) => null;

    public string Path => "/simulated";

    public int StepCount
    {
        get
        {
            lock (_gate)
            {
                return _steps.Count;
            }
        }
    }

    public IReadOnlyList<string> List()
    {
        lock (_gate)
        {
            return [.. _files.Keys.Order(StringComparer.Ordinal)];
        }
    }

    public IStorageFile Open(string name)
    {
        lock (_gate)
        {
            if (!_files.ContainsKey(name))
            {
                Do(Action.Create, name, 0, []);
            }

            return _files[name];
        }
    }

    public byte[]? ReadSmall(string name)
    {
        lock (_gate)
        {
            return _files.TryGetValue(name, out var file) ? file.Content : null;
        }
    }

    public void ReplaceSmall(string name, ReadOnlySpan<byte> content) => Do(Action.Replace, name, 0, content.ToArray());

    public void Delete(string name) => Do(Action.Delete, name, 0, []);

    public void Move(string name, string newName) => Do(Action.Move, name, 0, System.Text.Encoding.UTF8.GetBytes(newName));

    public void Sync() => Do(Action.Flush, "", 0, []);

    public void Dispose()
    {
    }

    /// <summary>What there is now.</summary>
    public Dictionary<string, byte[]> Content()
    {
        lock (_gate)
        {
            return _files.ToDictionary(pair => pair.Key, pair => pair.Value.Content);
        }
    }

    /// <summary>What the disk holds when the power goes after a number of steps.</summary>
    public Dictionary<string, byte[]> AfterPowerCut(int steps, Unflushed unflushed, Random random)
    {
        Step[] done;
        lock (_gate)
        {
            done = [.. _steps.Take(steps)];
        }

        var disk = _start.ToDictionary(pair => pair.Key, pair => pair.Value);
        for (var i = 0; i < done.Length; i++)
        {
            var step = done[i];
            var isFlushed = step.Kind is not (Action.Write or Action.Cut)
                || Array.FindIndex(done, i, later => later.Kind == Action.Flush && later.Name == step.Name) >= 0;
            if (isFlushed || unflushed == Unflushed.All)
            {
                Apply(disk, step);
            }
            else if (unflushed == Unflushed.Some)
            {
                ApplyTorn(disk, step, random);
            }
        }

        return disk;
    }

    private static void ApplyTorn(Dictionary<string, byte[]> disk, Step step, Random random)
    {
        if (step.Kind == Action.Cut)
        {
            if (random.Next(2) == 0)
            {
                Apply(disk, step);
            }

            return;
        }

        for (var at = 0; at < step.Bytes.Length; at += Sector)
        {
            if (random.Next(2) == 0)
            {
                Apply(disk, step with { Offset = step.Offset + at, Bytes = step.Bytes[at..Math.Min(at + Sector, step.Bytes.Length)] });
            }
        }
    }

    private static void Apply(Dictionary<string, byte[]> disk, Step step)
    {
        switch (step.Kind)
        {
            case Action.Create:
                disk.TryAdd(step.Name, []);
                break;
            case Action.Write when disk.TryGetValue(step.Name, out var old):
                var content = new byte[Math.Max(old.Length, step.Offset + step.Bytes.Length)];
                old.CopyTo(content, 0);
                step.Bytes.CopyTo(content, step.Offset);
                disk[step.Name] = content;
                break;
            case Action.Cut when disk.TryGetValue(step.Name, out var old):
                Array.Resize(ref old, (int)step.Offset);
                disk[step.Name] = old;
                break;
            case Action.Replace:
                disk[step.Name] = step.Bytes;
                break;
            case Action.Delete:
                disk.Remove(step.Name);
                break;
            case Action.Move when disk.Remove(step.Name, out var moved):
                disk[System.Text.Encoding.UTF8.GetString(step.Bytes)] = moved;
                break;
        }
    }

    private void Do(Action kind, string name, long offset, byte[] bytes)
    {
        lock (_gate)
        {
            var fault = Fault(_steps.Count, kind, name);
            if (fault is not null)
            {
                if (kind == Action.Write && bytes.Length > 1)
                {
                    Record(new Step(kind, name, offset, bytes[..(bytes.Length / 2)]));
                }

                throw fault;
            }

            Record(new Step(kind, name, offset, bytes));
        }
    }

    private void Record(Step step)
    {
        _steps.Add(step);
        var content = _files.ToDictionary(pair => pair.Key, pair => pair.Value.Content);
        Apply(content, step);
        foreach (var (name, bytes) in content)
        {
            if (_files.TryGetValue(name, out var file))
            {
                file.Content = bytes;
            }
            else
            {
                _files[name] = new SimulatedFile(this, name, bytes);
            }
        }

        foreach (var name in _files.Keys.Except(content.Keys).ToArray())
        {
            _files.Remove(name);
        }
    }

    private sealed record Step(Action Kind, string Name, long Offset, byte[] Bytes);

    private sealed class SimulatedFile(SimulatedFolder folder, string name, byte[] content) : IStorageFile
    {
        public byte[] Content { get; set; } = content;

        public string Name => name;

        public long Length => Content.Length;

        public int Read(long offset, Span<byte> buffer)
        {
            var content = Content;
            var count = (int)Math.Clamp(content.Length - offset, 0, buffer.Length);
            content.AsSpan((int)Math.Min(offset, content.Length), count).CopyTo(buffer);
            return count;
        }

        public void Write(long offset, ReadOnlySpan<byte> bytes) => folder.Do(Action.Write, name, offset, bytes.ToArray());

        public void SetLength(long length) => folder.Do(Action.Cut, name, length, []);

        public void Sync() => folder.Do(Action.Flush, name, 0, []);

        public void Dispose()
        {
        }
    }
}
