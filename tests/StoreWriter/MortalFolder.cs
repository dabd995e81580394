using Mesh.Stores.Embedded.Storage;

namespace Mesh.StoreWriter;

/// <summary>
/// A folder on disk whose process is killed at one of the steps that change it: before the step is done, and when half of it is if it writes bytes. A
/// kill behind a step is one before the next.
/// </summary>
internal sealed class MortalFolder(IStorageFolder folder, DeadlySteps steps) : IStorageFolder
{
    public string Path => folder.Path;

    public IReadOnlyList<string> List() => folder.List();

    public IStorageFile Open(string name)
    {
        if (!folder.List().Contains(name))
        {
            steps.Take();
        }

        return new MortalFile(folder.Open(name), steps);
    }

    public byte[]? ReadSmall(string name) => folder.ReadSmall(name);

    public void ReplaceSmall(string name, ReadOnlySpan<byte> content)
    {
        steps.Take();
        folder.ReplaceSmall(name, content);
    }

    public void Delete(string name)
    {
        steps.Take();
        folder.Delete(name);
    }

    public void Move(string name, string newName)
    {
        steps.Take();
        folder.Move(name, newName);
    }

    public void Sync()
    {
        steps.Take();
        folder.Sync();
    }

    public void Dispose() => folder.Dispose();

    private sealed class MortalFile(IStorageFile file, DeadlySteps steps) : IStorageFile
    {
        public string Name => file.Name;

        public long Length => file.Length;

        public int Read(long offset, Span<byte> buffer) => file.Read(offset, buffer);

        public void Write(long offset, ReadOnlySpan<byte> bytes)
        {
            if (steps.IsLast())
            {
                file.Write(offset, bytes[..(bytes.Length / 2)]);
                DeadlySteps.Die();
            }

            file.Write(offset, bytes);
        }

        public void SetLength(long length)
        {
            steps.Take();
            file.SetLength(length);
        }

        public void Sync()
        {
            steps.Take();
            file.Sync();
        }

        public void Dispose() => file.Dispose();
    }
}
