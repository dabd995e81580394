namespace Mesh.Stores.Embedded.Storage;

/// <summary>
/// The folder an embedded store lives in: everything it asks of an operating system. The seam at which tests inject
/// full disks, short writes and power cuts. Faults are <see cref="IOException"/>s, refused access too.
/// </summary>
internal interface IStorageFolder : IDisposable
{
    /// <summary>Where it is, for messages.</summary>
    string Path { get; }

    /// <summary>Names of the files in it.</summary>
    IReadOnlyList<string> List();

    /// <summary>Opens a file for reading and writing; makes it when it is not there.</summary>
    IStorageFile Open(string name);

    /// <summary>Reads a small file; null when it is not there.</summary>
    byte[]? ReadSmall(string name);

    /// <summary>Replaces a small file at once: afterwards, and after any crash, it holds the old bytes or the new ones.</summary>
    void ReplaceSmall(string name, ReadOnlySpan<byte> content);

    /// <summary>Removes a file; no fault when it is not there.</summary>
    void Delete(string name);

    /// <summary>Gives a file another name at once, in place of a file that has it.</summary>
    void Move(string name, string newName);

    /// <summary>Makes the names of files durable.</summary>
    void Sync();
}
