//! Many disks at once: an own pool, a deadline, one outcome for each disk, a stable order.
