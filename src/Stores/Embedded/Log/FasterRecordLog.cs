using FASTER.core;
using Mesh.Stores.Embedded.Storage;

namespace Mesh.Stores.Embedded.Log;

/// <summary>
/// An append-only log of records, kept by a <see cref="FasterLog"/> in one file. One writer at a time. Faults are
/// <see cref="IOException"/>s; after one only disposal is allowed.
/// </summary>
internal sealed class FasterRecordLog : IDisposable
{
    private readonly IStorageFile _file;
    private readonly FasterFileDevice _device;
    private readonly KnownTail _commits;
    private readonly FasterLog _log;

    /// <summary>Opens the log in a file.</summary>
    /// <param name="file">The file; stays the caller's.</param>
    /// <param name="tail">Where the log ends: <see cref="LogFormat.Begin"/> for a new one.</param>
    /// <exception cref="IOException">The end of the log cannot be read.</exception>
    public FasterRecordLog(IStorageFile file, long tail)
    {
        _file = file;
        _device = new FasterFileDevice(file);
        _commits = new KnownTail(LogFormat.Begin, tail);
        _log = new FasterLog(new FasterLogSettings
        {
            LogDevice = _device,
            LogCommitManager = _commits,
            PageSizeBits = LogFormat.PageBits,
            MemorySizeBits = LogFormat.PageBits + 2,
            SegmentSizeBits = LogFormat.SegmentBits,
            LogChecksum = LogChecksumType.None,
            TryRecoverLatest = false,
        });
        try
        {
            if (tail > LogFormat.Begin)
            {
                _log.Recover();
            }

            if (_device.Fault is { } fault)
            {
                throw new IOException($"the end of {file.Name} cannot be read: {fault.Message}", fault);
            }

            if (_log.TailAddress != tail)
            {
                throw new IOException($"{file.Name} was opened at {_log.TailAddress}, not at {tail}");
            }
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Where the next record goes, in bytes.</summary>
    public long Tail => _log.TailAddress;

    /// <summary>Adds a record; not durable before <see cref="Commit"/>.</summary>
    public void Append(ReadOnlySpan<byte> record)
    {
        try
        {
            while (!_log.TryEnqueue(record, out _))
            {
                // The memory of the log is full until pages are written, which a fault prevents for ever.
                ThrowIfFaulted();
                Thread.Yield();
            }
        }
        catch (FasterException fault)
        {
            throw new IOException($"{_file.Name} cannot be written: {(_device.Fault ?? fault).Message}", _device.Fault ?? fault);
        }
    }

    /// <summary>Makes everything added durable.</summary>
    public void Commit()
    {
        try
        {
            _log.CommitAsync().AsTask().GetAwaiter().GetResult();
        }
        catch (FasterException fault)
        {
            throw new IOException($"{_file.Name} cannot be written: {(_device.Fault ?? fault).Message}", _device.Fault ?? fault);
        }

        ThrowIfFaulted();
        _file.Sync();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _log.Dispose();
        _device.Dispose();
        _commits.Dispose();
    }

    private void ThrowIfFaulted()
    {
        if (_device.Fault is { } fault)
        {
            throw new IOException($"{_file.Name} cannot be written: {fault.Message}", fault);
        }
    }
}
